/** The schema of materialized features; schema `featstore` holds the registry and the SQL functions. */
export const FEATURES_SCHEMA = "features";
export const FUNCTIONS_SCHEMA = "featstore";

/** Pattern for the names of entities, sources, views, features and columns: `speech_sentiment`. */
export function isName(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,39}$/.test(text);
}
