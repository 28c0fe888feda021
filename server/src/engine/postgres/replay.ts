import { randomBytes } from "node:crypto";
import { instantText } from "@featstore/definitions/compiler";
import type { Database } from "../../database/index";
import type { Replay } from "../replayed-rows";

const LONG_MS = 600_000;

/** Replays statements with the function `featstore.replay`. */
export function createReplay(database: Database): Replay {
  return async (keys, rows, statement, options) => {
    const table = `replay_spine_${randomBytes(8).toString("hex")}`;
    const { text, parameters } = statement(table);
    const spine = rows.map(({ tenant, key, asOf }, index) => ({
      ...Object.fromEntries(keys.map(({ name }, position) => [name, key[position]])),
      _row: index,
      _tenant: tenant,
      _as_of: instantText(asOf),
    }));
    const found = await database.query<{ replayed: string }>(
      {
        text: `select replayed from featstore.replay($1::text, $2::text::jsonb, $3::text::jsonb, $4::text, $5::text::jsonb) as replayed`,
        parameters: [table, JSON.stringify(keys), JSON.stringify(spine), text, JSON.stringify(parameters ?? [])],
      },
      { deadlineMs: LONG_MS, ...options },
    );
    // Each is a JSON object of the statement's columns.
    return found.map(({ replayed }) => JSON.parse(replayed) as Record<string, string | number | boolean | null>);
  };
}
