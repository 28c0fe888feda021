import { parentPort, workerData } from "node:worker_threads";
import { loadParquet } from "../../columnar/index";
import { FeatstoreError, fullDisk } from "../../core/index";
import { createSnapshotWriter } from "./snapshot-writer";
import type { WriteReply, WriteRequest, WriteWorkerData } from "./write-messages";

function failureOf(error: unknown): WriteReply {
  if (error instanceof FeatstoreError) return { kind: "failure", code: error.code, detail: error.detail };
  if (fullDisk(error) !== undefined)
    return { kind: "failure", code: "storage_full", detail: "The disk is full: the files of the snapshot do not fit." };
  return {
    kind: "failure",
    code: "internal",
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

async function main(port: NonNullable<typeof parentPort>, { plan, memoryMb }: WriteWorkerData): Promise<void> {
  const reply = (message: WriteReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const opening = loadParquet(memoryMb).then((wasm) => createSnapshotWriter(plan, wasm));
  let last: Promise<unknown> = opening;
  const queue = (work: () => Promise<void>) => {
    last = last.then(work);
    last.catch(async (error: unknown) => {
      await opening.then((writer) => writer.abandon()).catch(() => undefined);
      reply(failureOf(error));
    });
  };
  port.on("message", (request: WriteRequest) => {
    queue(async () => {
      const writer = await opening;
      if (request.kind === "end") {
        reply({ kind: "written", written: await writer.end() });
        return;
      }
      await writer.write(new Uint8Array(request.buffer, 0, request.bytes));
      reply({ kind: "taken", buffer: request.buffer }, [request.buffer]);
    });
  });
}

if (parentPort !== null) await main(parentPort, workerData as WriteWorkerData);
