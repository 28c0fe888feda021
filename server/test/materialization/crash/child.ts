import type { Database } from "../../../src/database/database";
import { openPgliteDatabase } from "../../../src/database/pglite-database";
import { createPostgresDatabase } from "../../../src/database/postgres-database";
import { act, survey } from "./actions";
import type { ChildMessage, ChildOrder } from "./order";

const order = JSON.parse(process.argv[2] ?? "") as ChildOrder;
const never = new Promise<never>(() => {});
const reported = (): Promise<void> => new Promise((resolve) => process.once("message", () => resolve()));

async function send(message: ChildMessage): Promise<void> {
  await new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

interface Counted {
  statements: number;
  readonly writes: number[];
}

const WRITING =
  /featstore\.(apply|begin_run|begin_backfill|begin_chunks|find_changes|fill|fill_changed|fill_chunk|end_chunks|inspect|profile|publish|drop_changes|sweep|sweep_backfills)\(/;

/** A database that stops at the chosen statement and waits there to be killed. */
function stopping(database: Database, counted: Counted, killAt: number): Database {
  return {
    ...database,
    async query(statement, options) {
      counted.statements += 1;
      if (WRITING.test(statement.text)) counted.writes.push(counted.statements);
      if (counted.statements !== killAt) return database.query(statement, options);
      const go = reported();
      await send({ kind: "at" });
      if (order.mode === "before") return never;
      await go;
      const answer = database.query(statement, options).then(
        () => undefined,
        () => undefined,
      );
      await send({ kind: "sent" });
      await answer;
      await send({ kind: "answered" });
      return never;
    },
  };
}

const database =
  "url" in order.database
    ? createPostgresDatabase({ url: order.database.url, poolSize: 2, prepare: false })
    : await openPgliteDatabase({ folder: order.database.folder });
if (order.recoverFirst) {
  const before = await survey(database);
  const undisturbed: Counted = { statements: 0, writes: [] };
  const failure = await act(stopping(database, undisturbed, 0), order.action);
  await send({ kind: "recovered", before, failure, after: await survey(database), ...undisturbed });
}
const counted: Counted = { statements: 0, writes: [] };
await act(stopping(database, counted, order.killAt), order.action);
await database.close();
await send({ kind: "done", statements: counted.statements });
process.disconnect();
