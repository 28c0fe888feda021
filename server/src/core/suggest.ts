/** Returns `; did you mean "sentiment"?` for the known name nearest to the input, or an empty string if none is near. */
export function suggest(input: string, known: Iterable<string>): string {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(input.length / 3)) + 1;
  if (input.length <= 80) {
    for (const name of known) {
      const distance = editDistance(input, name);
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
  }
  return best === undefined ? "" : `; did you mean "${best}"?`;
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

const MAX_LISTED = 8;

/**
 * Lists names for an error: `a, b, c`. If there are many, those nearest to the wrong one: `a, b, c, d, e, f, g, h and
 * 295 more`.
 */
export function listNames(known: Iterable<string>, wrong?: string): string {
  const names = [...known].map((name) => name.slice(0, 80));
  if (names.length <= MAX_LISTED) return names.join(", ");
  const distance = (name: string): number => (wrong === undefined ? 0 : editDistance(wrong.slice(0, 80), name));
  const nearest = names
    .map((name) => ({ name, distance: distance(name) }))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MAX_LISTED);
  return `${nearest.map(({ name }) => name).join(", ")} and ${names.length - MAX_LISTED} more`;
}
