import { editDistance, nearestName } from "@featstore/definitions/compiler";

/** The length up to which a text may be a mistyped name. It also bounds the work for a hostile request. */
const MAX_LENGTH = 80;

/** Returns `; did you mean "sentiment"?` for the known name nearest to the input, or an empty string if none is near. */
export function suggest(input: string, known: Iterable<string>): string {
  const nearest = input.length > MAX_LENGTH ? null : nearestName(input, known);
  return nearest === null ? "" : `; did you mean "${nearest}"?`;
}

const MAX_LISTED = 8;

/**
 * Lists names for an error: `a, b, c`. If there are many, those nearest to the wrong one: `a, b, c, d, e, f, g, h and
 * 295 more`.
 */
export function listNames(known: Iterable<string>, wrong?: string): string {
  const names = [...known].map((name) => name.slice(0, MAX_LENGTH));
  if (names.length <= MAX_LISTED) return names.join(", ");
  const distance = (name: string): number => (wrong === undefined ? 0 : editDistance(wrong.slice(0, MAX_LENGTH), name));
  const nearest = names
    .map((name) => ({ name, distance: distance(name) }))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MAX_LISTED);
  return `${nearest.map(({ name }) => name).join(", ")} and ${names.length - MAX_LISTED} more`;
}
