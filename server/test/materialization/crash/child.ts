import { openPgliteDatabase } from "../../../src/database/pglite-database";
import { createPostgresDatabase } from "../../../src/database/postgres-database";
import { act } from "./actions";
import { countedDatabase, type Statements } from "./counted-database";
import type { ChildMessage, ChildOrder, Moment } from "./order";

const order = JSON.parse(process.argv[2] ?? "") as ChildOrder;

async function send(message: ChildMessage): Promise<void> {
  await new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

/** Sends the message and waits until the parent continues this process. */
async function sendAndWait(message: ChildMessage): Promise<void> {
  const continued = new Promise<void>((resolve) => process.once("message", () => resolve()));
  await send(message);
  await continued;
}

const isMoment = (statement: number, mode: Moment["mode"]) =>
  order.moments.some((moment) => moment.statement === statement && moment.mode === mode);

const database =
  "url" in order.database
    ? createPostgresDatabase({ url: order.database.url, poolSize: 2, prepare: false })
    : await openPgliteDatabase({ folder: order.database.folder });
const statements: Statements = { count: 0, writes: [] };
const counted = countedDatabase(database, statements, async (statement, query) => {
  if (isMoment(statement, "before")) await sendAndWait({ kind: "at" });
  if (!isMoment(statement, "within")) return query();
  await sendAndWait({ kind: "at" });
  const answer = query();
  // A failure is reported to the action once the parent has continued this process.
  answer.catch(() => {});
  await send({ kind: "sent" });
  await answer.catch(() => {});
  await sendAndWait({ kind: "answered" });
  return answer;
});
await act(counted, order.action);
await database.close();
await send({ kind: "done", statements: statements.count });
process.disconnect();
