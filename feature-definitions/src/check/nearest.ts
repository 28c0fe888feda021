const at = (line: readonly number[], index: number): number => line[index] ?? Number.POSITIVE_INFINITY;

/** The number of single-letter edits (insert, remove, replace, swap neighbours) between two texts. */
export function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, at(beforePrevious, column - 2) + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/**
 * The known name that `name` probably stands for, whatever its case: at most a third of its letters differ, or it is the only
 * one that contains `name`.
 */
export function nearestName(name: string, known: Iterable<string>): string | null {
  if (name.length > 200) return null;
  const names = [...known];
  const wanted = name.toLowerCase();
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const candidate of names) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (best === null || distance < best.distance) best = { name: candidate, distance };
  }
  if (best === null) return null;
  if (best.distance <= Math.max(1, Math.floor(name.length / 3))) return best.name;
  const containing = names.filter((candidate) => name.length >= 3 && candidate.toLowerCase().includes(wanted));
  return containing.length === 1 ? (containing[0] ?? null) : null;
}
