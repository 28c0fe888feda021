import { type CatalogRelation, type FilesRelation, quoteName } from "@featstore/definitions/compiler";
import type { EngineSettings } from "../../core/index";
import { listFiles } from "./file-schemas";
import { openEngine, withDuckdb } from "./process/index";
import { relationText } from "./relation-text";
import { pathInRoots } from "./roots";
import { createSourceCatalog } from "./source-catalog";

/** Reads what a first definition over Parquet files needs, without a database. Errors of its methods: `EngineError`. */
export interface FilesReader {
  /** The paths of the files; empty if there are none. */
  list(path: string): Promise<readonly string[]>;
  describe(relation: FilesRelation): Promise<CatalogRelation>;
  /** The key of any row, as texts; null if there is none. */
  exampleKey(relation: FilesRelation, key: readonly string[]): Promise<readonly string[] | null>;
}

const DEADLINE_MS = 30_000;

/** Creates the reader of an engine's files: `createFilesReader("lake", config.engines.lake)`. Starts nothing. */
export function createFilesReader(name: string, settings: EngineSettings): FilesReader {
  const engine = openEngine(name, settings);
  const options = { deadlineMs: DEADLINE_MS, isShort: true };
  return {
    async list(path) {
      const place = await pathInRoots(engine, path);
      const files = await withDuckdb(engine, options, (session) => listFiles(session, [place]));
      return files.map((file) => file.path);
    },
    async describe(relation) {
      const [found] = (await createSourceCatalog(engine).describe([relation])).relations;
      if (found === undefined) throw new Error(`No description of ${relation.path}`);
      return found;
    },
    async exampleKey(relation, key) {
      const texts = key.map((column) => `cast(source.${quoteName(column)} as varchar)`);
      const present = key.map((column) => `source.${quoteName(column)} is not null`);
      // JSON keeps a U+FEFF at the start of a text, which the binding drops.
      const text = `select cast(json_array(${texts.join(", ")}) as varchar) as key from ${await relationText(engine, relation)} as source where ${present.join(" and ")} limit 1`;
      const [row] = await withDuckdb(engine, options, (session) => session.rows<{ key: string }>(text));
      return row === undefined ? null : (JSON.parse(row.key) as readonly string[]); // built above
    },
  };
}
