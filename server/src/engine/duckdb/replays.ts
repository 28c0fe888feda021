import { type FeatureView, instantText } from "@featstore/definitions/compiler";
import { quoteName } from "../../database/index";
import { magnitudesAsOf, type Replay, rowsAsOf } from "../replayed-rows";
import type { Replays } from "../replays";
import type { OpenEngine } from "./process/index";
import { duckdbTexts } from "./row-texts";
import { readsOf, withSources } from "./with-sources";

const LONG_MS = 600_000;
const TABLE = "replay_spine";

/** Computes a few rows of the engine's views as of past times. */
export function createDuckdbReplays(
  engine: OpenEngine,
): Pick<Replays, "rowsAsOf" | "magnitudesAsOf" | "writtenBefore"> {
  const replayer = (view: FeatureView) => ({ replay: createReplay(engine, view), dialect: duckdbTexts });
  return {
    rowsAsOf: (view, rows, options, storedRows) => rowsAsOf(replayer(view), view, rows, options, storedRows),
    magnitudesAsOf: (view, rows, options) => magnitudesAsOf(replayer(view), view, rows, options),
    // Rows of files do not show which transaction wrote them.
    writtenBefore: async () => null,
  };
}

/** Replays statements over the sources of a view, each in a session of its own. They read little, so they do not wait for runs and training sets. */
function createReplay(engine: OpenEngine, view: FeatureView): Replay {
  return (keys, rows, statement, options) => {
    const columns = [
      { name: "_row", databaseType: "bigint" },
      { name: "_tenant", databaseType: "varchar" },
      ...keys,
      { name: "_as_of", databaseType: "timestamptz" },
    ];
    const items = columns.map(
      ({ name, databaseType }, index) => `cast(texts[${index + 1}] as ${databaseType}) as ${quoteName(name)}`,
    );
    const texts = rows.map(({ tenant, key, asOf }, index) => [String(index), tenant, ...key, instantText(asOf)]);
    const { text, parameters = [] } = statement(TABLE);
    const callOptions = { deadlineMs: LONG_MS, ...options, isShort: true };
    return withSources(engine, readsOf([view]), callOptions, async (duckdb) => {
      await duckdb.run("create schema if not exists featstore");
      await duckdb.run(
        `create table featstore.${TABLE} as select ${items.join(", ")}
from (select unnest(from_json(cast($1 as varchar), '[["VARCHAR"]]')) as texts)`,
        { parameters: [JSON.stringify(texts)] },
      );
      return duckdb.rows(text, { parameters });
    });
  };
}
