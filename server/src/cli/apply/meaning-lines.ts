import type { RegistrySnapshot, Versions } from "../../registry/index";

interface Applied {
  readonly name: string;
  readonly version: number;
}

/**
 * Writes a line for each name that does not point to the newest applied version, as after a rollback, or until the new
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
    const entry = registered.get(name);
    if (entry === undefined || entry.promoted >= newest) return [];
    if (entry.next === newest)
      return [
        `"${name}" points to version ${entry.promoted} until version ${newest} is materialized for the first time.`,
      ];
    return [
      `"${name}" points to version ${entry.promoted}, not version ${newest}: run featstore promote ${name}@${newest} to change that.`,
    ];
  });
}
