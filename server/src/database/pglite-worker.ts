import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { messages, PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { csvPieces } from "./csv-pieces";
import type {
  PgliteFailure,
  PgliteReply,
  PgliteRequest,
  PgliteResult,
  PgliteTask,
  PgliteWorkerData,
} from "./pglite-messages";
import { PgliteBroken, runCopyOut, runScript, runStatement } from "./pglite-protocol";

const copyPieceBytes = 4 * 1024 * 1024;
const nothing: PgliteResult = { columns: [], rows: [], count: 0 };

/** Prepares a folder so that it has a complete database or none: an interrupted creation starts over. */
function prepareFolder(folder: string): { readonly data: string; readonly finished: () => void } {
  const data = join(folder, "data");
  const mark = join(folder, "created");
  if (!existsSync(mark)) rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return { data, finished: () => writeFileSync(mark, "", { mode: 0o600 }) };
}

async function openPglite({ folder, image }: PgliteWorkerData): Promise<PGlite> {
  if (folder === undefined) {
    const loaded = image === undefined ? {} : { loadDataDir: new Blob([readFileSync(image)]) };
    return PGlite.create({ extensions: { vector }, ...loaded });
  }
  const { data, finished } = prepareFolder(folder);
  const pglite = await PGlite.create(data, { extensions: { vector } });
  finished();
  return pglite;
}

async function copy(pglite: PGlite, text: string, descriptor: number): Promise<PgliteResult> {
  // /dev/blob needs a whole buffer, so a large file is loaded in pieces within one transaction.
  return pglite.transaction(async (transaction) => {
    const load = async (piece: Uint8Array<ArrayBuffer>) =>
      (await transaction.query(text, [], { blob: new Blob([piece]) })).affectedRows ?? 0;
    // An empty load first, so that PostgreSQL checks that the table exists.
    let count = await load(new Uint8Array());
    for await (const piece of csvPieces(descriptor, copyPieceBytes)) count += await load(piece);
    return { ...nothing, count };
  });
}

function run(pglite: PGlite, task: PgliteTask): Promise<PgliteResult> {
  switch (task.kind) {
    case "query":
      return runStatement(pglite, task.text, task.parameters);
    case "script":
      return runScript(pglite, task.text);
    case "copy":
      return copy(pglite, task.text, task.descriptor);
    case "copy_out":
      return runCopyOut(pglite, task.text, (bytes) => {
        for (let at = 0; at < bytes.length; ) at += writeSync(task.descriptor, bytes, at);
      });
    case "close":
      return pglite.close().then(() => nothing);
  }
}

function failureOf(error: unknown): PgliteFailure {
  if (error instanceof messages.DatabaseError) {
    return { code: "statement_failed", message: error.message, sqlState: error.code, detail: error.detail };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "unreachable", message: `PGlite failed: ${message}`, sqlState: undefined, detail: undefined };
}

async function main(port: NonNullable<typeof parentPort>, data: PgliteWorkerData): Promise<void> {
  const reply = (message: PgliteReply) => port.postMessage(message);
  const pglite = await openPglite(data);
  pglite.onNotification((channel, payload) => reply({ kind: "notification", channel, payload }));

  port.on("message", async ({ id, task }: PgliteRequest) => {
    try {
      const result = await run(pglite, task);
      reply({ kind: "result", id, result });
      if (task.kind === "close") port.close();
    } catch (error) {
      // Reopening recovers the folder once this thread is gone; its exit signals the failure.
      if (error instanceof PgliteBroken) process.exit(1);
      reply({ kind: "failure", id, failure: failureOf(error) });
    }
  });
  reply({ kind: "ready" });
}

if (parentPort !== null) await main(parentPort, workerData as PgliteWorkerData);
