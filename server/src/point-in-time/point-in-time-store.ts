import { servedFeatures, type ValueType } from "@featstore/definitions/compiler";
import { DatabaseError } from "../database/index";
import { type Engine, EngineError, storedRowsOf, type ViewRow } from "../engine/index";
import { KEY_SEPARATOR, type OnlineReadRequest, type OnlineStore, OnlineStoreError, packRow } from "../serving/index";

/**
 * Creates a store of rows as of a time (microseconds since 1970 UTC), computed by the compiler of training sets from
 * the facts known at that time. Past membership of a population is unknown: an entity without known facts has a row
 * without facts. For one request only: views are read one after another, once each, over a single database connection.
 */
export function createPointInTimeStore(engine: Pick<Engine, "rowsAsOf">, asOf: bigint): OnlineStore {
  const replays = new Map<string, Promise<readonly ViewRow[]>>();
  let last: Promise<unknown> = Promise.resolve();

  const rowsOf = (request: OnlineReadRequest): Promise<readonly ViewRow[]> => {
    const { registered, scope, keys, deadlineMs } = request;
    const { view } = registered;
    const name = JSON.stringify([view.name, view.version, scope, keys]);
    const known = replays.get(name);
    if (known !== undefined) return known;
    const started = performance.now();
    const rows = keys.map((key) => ({ tenant: scope, key: key.split(KEY_SEPARATOR), asOf }));
    const replay = last.then(async () => {
      const left = Math.floor(deadlineMs - (performance.now() - started));
      if (left < 1) throw new OnlineStoreError("timeout", "the deadline passed before the view's turn");
      return engine.rowsAsOf(view, rows, { deadlineMs: left }, storedRowsOf(registered)).catch(refuse);
    });
    last = replay.catch(() => undefined);
    replays.set(name, replay);
    return replay;
  };

  return {
    name: "point_in_time",
    async read(request) {
      const { view } = request.registered;
      const features = servedFeatures(view);
      return (await rowsOf(request)).map(({ eventTime, values }) =>
        eventTime === null && view.entity.population === null
          ? undefined
          : packRow(
              eventTime,
              features.map(({ name, type }) => finite(type, values.get(name) ?? "null")),
            ),
      );
    },
    async readVectors(request) {
      return (await rowsOf(request)).map(({ eventTime, values }) => {
        const text = values.get(request.feature) ?? "null";
        return { eventTime, text: text === "null" ? null : text };
      });
    },
    close: async () => undefined,
  };
}

const FINITE: ReadonlySet<ValueType> = new Set(["float32", "float64", "float64[]", "timestamp", "date", "decimal"]);

/** Rejects non-finite values, as materialization does: responses cannot contain them. */
function finite(type: ValueType, text: string): string {
  return FINITE.has(type) && /nan|infinity/i.test(text) ? "null" : text;
}

function refuse(error: unknown): never {
  if (error instanceof EngineError) throw new OnlineStoreError("source_failed", error.message, { cause: error });
  if (!(error instanceof DatabaseError)) throw error;
  const options = { cause: error };
  if (error.code === "deadline_exceeded") throw new OnlineStoreError("timeout", error.message, options);
  if (error.code === "overloaded") throw new OnlineStoreError("overloaded", error.message, options);
  // Of a source that was dropped or altered.
  if (error.code === "statement_failed") throw new OnlineStoreError("source_failed", error.message, options);
  throw new OnlineStoreError("unavailable", error.message, options);
}
