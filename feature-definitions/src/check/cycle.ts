/** Returns whether a value contains itself at any depth. Shared parts do not count. */
export function containsItself(value: unknown): boolean {
  const open = new Set<object>();
  const done = new Set<object>();
  const visit = (item: unknown): boolean => {
    if (typeof item !== "object" || item === null || done.has(item)) return false;
    if (open.has(item)) return true;
    open.add(item);
    const found = Object.values(item).some(visit);
    open.delete(item);
    done.add(item);
    return found;
  };
  return visit(value);
}
