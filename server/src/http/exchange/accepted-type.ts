import { FeatstoreError } from "../../core/index";
import { type Preference, preferencesIn } from "./preferred";

/**
 * Returns the offered media type that the client prefers, the first of several with equal preference. A range that
 * names a type takes precedence over one that covers it. Errors: `not_acceptable`.
 *
 * @example acceptedType("application/json;q=0.5, text/*", ["application/json", "text/csv"]) // "text/csv"
 */
export function acceptedType<Type extends string>(
  header: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  const [first] = offered;
  if (header === undefined || header === "*/*" || header === first || header.trim() === "") return first;
  const preferences = preferencesIn(header);
  const [best] = offered
    .map((type) => ({ type, quality: qualityOf(type, preferences) }))
    .filter(({ quality }) => quality > 0)
    .sort((left, right) => right.quality - left.quality);
  if (best !== undefined) return best.type;
  throw new FeatstoreError(
    "not_acceptable",
    `Accept: "${header.slice(0, 100)}" matches none of the supported types: ${offered.join(", ")}.`,
    { errors: [{ path: "header.accept", detail: `there are ${offered.join(", ")}` }] },
  );
}

/** Returns whether a client, such as a browser, prefers a page to JSON. */
export function prefersPage(header: string | undefined): boolean {
  const preferences = preferencesIn(header ?? "");
  const ofJson = ["application/json", "application/problem+json"].map((type) => qualityOf(type, preferences));
  return qualityOf("text/html", preferences) > Math.max(...ofJson);
}

function qualityOf(type: string, preferences: readonly Preference[]): number {
  const ranges = [type, `${type.slice(0, type.indexOf("/"))}/*`, "*/*"];
  const found = ranges.map((range) => preferences.find(({ name }) => name === range));
  return found.find((preference) => preference !== undefined)?.quality ?? 0;
}
