import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const floors = join(import.meta.dirname, "../floors");
const folder = join(floors, "sql");

/** A hand-written query for a view. */
export interface FloorQuery {
  readonly view: string;
  readonly strategy: string;
  /** A `select` whose `$1` is the as-of time. */
  readonly text: string;
}

export function floorViews(): readonly string[] {
  return readdirSync(folder).sort();
}

/** Reads a view's strategies, named by their files, in the SQL of an engine. */
export function floorQueries(view: string, engine: "sql" | "duckdb" = "sql"): readonly FloorQuery[] {
  const own = join(floors, engine, view);
  return readdirSync(own)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({ view, strategy: file.slice(0, -4), text: readFileSync(join(own, file), "utf8") }));
}
