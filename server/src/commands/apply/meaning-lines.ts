import type { RegistrySnapshot, Versions } from "../../stores/registry";

interface Applied {
  readonly name: string;
  readonly version: number;
}

/**
 * A line for each name that means another version than the newest applied one, as after a rollback, or until the new
 * version can be read.
 */
export function meaningLines(
  { featureViews, featureServices }: RegistrySnapshot,
  applied: { readonly views: readonly Applied[]; readonly services: readonly Applied[] },
): readonly string[] {
  return [...linesOf(applied.views, featureViews), ...linesOf(applied.services, featureServices)];
}

function linesOf(
  applied: readonly Applied[],
  registered: ReadonlyMap<string, Pick<Versions<unknown>, "promoted" | "next">>,
): readonly string[] {
  const names = [...new Set(applied.map(({ name }) => name))];
  return names.flatMap((name) => {
    const newest = Math.max(...applied.filter((each) => each.name === name).map(({ version }) => version));
    const found = registered.get(name);
    if (found === undefined || found.promoted >= newest) return [];
    if (found.next === newest)
      return [`"${name}" means version ${found.promoted} until version ${newest} is materialized for the first time.`];
    return [
      `"${name}" means version ${found.promoted}, not version ${newest}: featstore promote ${name}@${newest} changes that.`,
    ];
  });
}
