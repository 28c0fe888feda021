/** The schema of materialized features; `featstore` holds the registry and our functions. */
export const FEATURES_SCHEMA = "features";
export const FUNCTIONS_SCHEMA = "featstore";

/** What names of entities, sources, views, features and columns look like: `lyric_sentiment`. */
export function isName(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,39}$/.test(text);
}
