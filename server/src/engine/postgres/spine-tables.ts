import { csvLine, type Database, DatabaseError, quoteName } from "../../database/index";
import type { Spine, Spines } from "../spines";

const LONG_MS = 3_600_000;
const UNDEFINED_TABLE = "42P01";

/** The name of a spine's table, which `featstore.admit_training_set` creates in schema `featstore`. */
export function spineTable({ id }: Spine): string {
  return `training_spine_${id}`;
}

/** Loads and reads the tables of spines. */
export function createSpineTables(
  database: Database,
): Pick<Spines, "loadSpine" | "loadedSpine" | "isInSpine" | "readQuery" | "readSpine" | "removeSpine" | "sweepSpines"> {
  return {
    async loadSpine(spine, keys, lines, options) {
      const table = spineTable(spine);
      const columns = ["_row", "_tenant", ...keys, "_as_of", "_passthrough"];
      const rows = await database.copyFrom({ table: `featstore.${table}`, columns }, lines, options);
      await database.script(`analyze featstore."${table}"`, options);
      return rows;
    },

    loadedSpine(spine, keys, options) {
      const table = `featstore."${spineTable(spine)}"`;
      return {
        async rows() {
          const [row] = await database.query<{ rows: number }>(
            { text: `select count(*)::float8 as rows from ${table}` },
            options,
          );
          return row?.rows ?? 0;
        },
        empty: () => database.script(`truncate ${table}`, options),
        async *lines() {
          const names = keys.map((_, index) => `k${index + 1}`);
          const items = keys.map((key, index) => `${quoteName(key)}::text as ${names[index]}`);
          const text = `select _row::text as "row", _tenant as tenant, ${items.join(", ")},
  to_char(_as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, _passthrough as p from ${table} order by _row`;
          const chunks = database.stream<Record<string, string | null>>({ text }, { chunkRows: 1000, ...options });
          for await (const rows of chunks) {
            yield rows
              .map((row) =>
                csvLine([
                  row.row ?? "",
                  row.tenant ?? "",
                  ...names.map((name) => row[name] ?? ""),
                  row.at ?? "",
                  row.p ?? null,
                ]),
              )
              .join("");
          }
        },
      };
    },

    async isInSpine(spine, key, options) {
      const conditions = Object.keys(key).map((name, index) => `${quoteName(name)}::text = $${index + 1}::text`);
      const text = `select exists (select from featstore.${quoteName(spineTable(spine))} where ${conditions.join(" and ")}) as found`;
      try {
        const [row] = await database.query<{ found: boolean }>(
          { text, parameters: Object.values(key) },
          { deadlineMs: LONG_MS, ...options },
        );
        return row?.found === true;
      } catch (error) {
        if (error instanceof DatabaseError && error.sqlState === UNDEFINED_TABLE) return undefined; // the job has ended
        throw error;
      }
    },

    readSpine({ engine }) {
      throw new TypeError(`The engine "${engine}" reads no files`);
    },

    // The functions of a job drop its table.
    removeSpine: async () => undefined,
    sweepSpines: async () => undefined,

    async *readQuery(text, options) {
      const rows = database.stream<{ row: string }>(
        { text: "select row from featstore.read_spine($1::text) as row", parameters: [text] },
        options,
      );
      for await (const chunk of rows) for (const { row } of chunk) yield row;
    },
  };
}
