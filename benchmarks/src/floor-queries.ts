import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../floors/sql");

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

/** Reads a view's strategies, named by their files. */
export function floorQueries(view: string): readonly FloorQuery[] {
  return readdirSync(join(folder, view))
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({ view, strategy: file.slice(0, -4), text: readFileSync(join(folder, view, file), "utf8") }));
}
