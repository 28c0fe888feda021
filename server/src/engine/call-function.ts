import { type CallOptions, type Database, ownQuery, withRefusals } from "../database/index";

const SHORT_MS = 30_000;
export const HOUR_MS = 3_600_000;

/** Returns a function's single value. A refusal is a `RegistryError`. */
export async function callFunction<Result extends string>(
  database: Database,
  text: string,
  parameters: readonly (string | null)[],
  options: CallOptions | undefined,
): Promise<Result> {
  const statement = { text: `select ${text} as result`, parameters };
  const [row] = await withRefusals(
    ownQuery<{ result: Result }>(database, statement, { deadlineMs: SHORT_MS, ...options }),
  );
  if (!row) throw new Error(`No result of ${text}`);
  return row.result;
}
