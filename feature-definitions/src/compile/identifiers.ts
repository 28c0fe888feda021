import type { FeatureView } from "../ir/nodes";

/** PostgreSQL cuts longer identifiers silently; we refuse them instead. */
const MAXIMUM_BYTES = 63;

/** The schema of materialized features; `featstore` holds the registry and our functions. */
export const FEATURES_SCHEMA = "features";
export const FUNCTIONS_SCHEMA = "featstore";

/** What names of entities, sources, views, features and columns look like: `lyric_sentiment`. */
export function isName(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,39}$/.test(text);
}

/** The SQL view for people, inside schema `features`, unquoted: `lyric_sentiment_v2`. */
export function viewTable(view: Pick<FeatureView, "name" | "version">): string {
  return fitting(`${view.name}_v${view.version}`);
}

/** The table of one generation, inside schema `features`, unquoted: `lyric_sentiment_v2_g7`. */
export function generationTable(view: Pick<FeatureView, "name" | "version">, generation: number): string {
  return fitting(`${viewTable(view)}_g${generation}`);
}

function fitting(name: string): string {
  if (new TextEncoder().encode(name).length > MAXIMUM_BYTES) {
    throw new RangeError(`"${name}" is longer than the ${MAXIMUM_BYTES} bytes a PostgreSQL name may have`);
  }
  return name;
}
