import { DEFAULT_ENGINE, postgresDialect } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, ownQuery } from "../../database/index";
import { planJoin } from "../plan-join";
import type { SpineAt, Spines } from "../spines";
import { spineTable } from "./spine-tables";

/** Plans the join of a spine: see `Spines.planJoin`. */
export function createPlanJoin(database: Database): Spines["planJoin"] {
  return async (spine, features, maxJoinedRows, options) => {
    const table = await tableAt(database, spine, options);
    return planJoin(
      {
        engine: DEFAULT_ENGINE,
        dialect: postgresDialect,
        table: { schema: "featstore", table },
        row: async (statement) => (await database.query(statement, options))[0],
      },
      spine,
      features,
      maxJoinedRows,
    );
  };
}

/** Returns the relation in schema `featstore` that has the spine's rows at their later times. */
async function tableAt(
  database: Database,
  { id, secondsLater }: SpineAt,
  options: CallOptions | undefined,
): Promise<string> {
  if (secondsLater === 0) return spineTable({ id });
  const [row] = await ownQuery<{ result: string }>(
    database,
    {
      text: "select featstore.shift_training_spine($1::text, $2::text::bigint) as result",
      parameters: [id, String(secondsLater)],
    },
    options,
  );
  if (!row) throw new Error("The shifted spine has no name");
  return row.result;
}
