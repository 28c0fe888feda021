import { type CatalogRelation, type FilesRelation, quoteName } from "@featstore/definitions/compiler";
import type { EngineSettings } from "../../core/index";
import { DatabaseError } from "../../database/index";
import { EngineError } from "../engine-error";
import { listFiles } from "./file-schemas";
import { openEngine } from "./process/index";
import { relationText } from "./relation-text";
import { createSourceCatalog } from "./source-catalog";
import { withSources } from "./with-sources";

/** Reads what a first definition over Parquet files needs, without a database. Errors of its methods: `EngineError`. */
export interface FilesReader {
  /** The paths of the files; empty if there are none. */
  list(path: string): Promise<readonly string[]>;
  describe(relation: FilesRelation): Promise<CatalogRelation>;
  /** The key of any row, as texts; null if there is none. */
  exampleKey(relation: FilesRelation, key: readonly string[]): Promise<readonly string[] | null>;
  /**
   * The first of the columns that differs between all rows of a key. Null if there is none, if the files do not show it, because no
   * key has two rows, or if they are too many to tell within half a minute.
   */
  distinctColumn(relation: FilesRelation, key: readonly string[], columns: readonly string[]): Promise<string | null>;
}

const DEADLINE_MS = 30_000;

/** Returns whether an error says that an operation needs more time, memory or disk than there is. */
function isTooMuch(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code === "deadline_exceeded";
  return error instanceof EngineError && ["engine_out_of_memory", "engine_disk_full"].includes(error.code);
}

/** Creates the reader of an engine's files: `createFilesReader("lake", config.engines.lake)`. Starts nothing. */
export function createFilesReader(name: string, settings: EngineSettings): FilesReader {
  const engine = openEngine(name, settings);
  const options = { deadlineMs: DEADLINE_MS, isShort: true };
  return {
    async list(path) {
      const relation = { kind: "files", engine: name, path } as const;
      const reads = { sources: [{ relation, columns: [] }] };
      const files = await withSources(engine, reads, options, (session) => listFiles(session, [path]));
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
      const text = `select cast(json_array(${texts.join(", ")}) as varchar) as key from ${relationText(name, relation)} as source where ${present.join(" and ")} limit 1`;
      const [row] = await withSources(engine, { sources: [{ relation, columns: key }] }, options, (session) =>
        session.rows<{ key: string }>(text),
      );
      return row === undefined ? null : (JSON.parse(row.key) as readonly string[]); // built above
    },
    async distinctColumn(relation, key, columns) {
      const from = `${relationText(name, relation)} as source`;
      const names = key.map((column) => `source.${quoteName(column)}`);
      const present = names.map((name) => `${name} is not null`).join(" and ");
      const repeated = (group: readonly string[]) =>
        `select 1 as found from ${from} where ${present} group by ${group.join(", ")} having count(*) > 1 limit 1`;
      try {
        const reads = { sources: [{ relation, columns: [...key, ...columns] }] };
        return await withSources(engine, reads, { deadlineMs: DEADLINE_MS }, async (session) => {
          if ((await session.rows(repeated(names))).length === 0) return null;
          for (const column of columns)
            if ((await session.rows(repeated([...names, `source.${quoteName(column)}`]))).length === 0) return column;
          return null;
        });
      } catch (error) {
        if (isTooMuch(error)) return null;
        throw error;
      }
    },
  };
}
