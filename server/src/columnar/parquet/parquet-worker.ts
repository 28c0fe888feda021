import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { loadParquet, type ParquetWasm } from "./load-parquet";
import type { ParquetReply, ParquetRequest, ParquetWorkerData } from "./parquet-messages";
import { isTrap, type OpenParquetFile, openParquetFile, ParquetRefusal } from "./read-file";
import { type ColumnSelection, selectParquetColumns } from "./select-columns";
import { type ParquetFileWriter, writeParquetFile } from "./write-file";

type CallRequest = Exclude<ParquetRequest, { readonly call: "end" }>;

function answerIn(wasm: ParquetWasm) {
  const files = new Map<number, OpenParquetFile>();
  const writers = new Map<number, ParquetFileWriter>();
  const selections = new Map<number, ColumnSelection>();
  const find = <Open>(open: ReadonlyMap<number, Open>, session: number): Open => {
    const found = open.get(session);
    if (found === undefined) throw new Error("The session is not open");
    return found;
  };
  const answer = async (request: CallRequest): Promise<unknown> => {
    const { session } = request;
    switch (request.call) {
      case "openFile": {
        const file = await openParquetFile(wasm, request.argument.path, request.argument.limits);
        files.set(session, file);
        return file.columns;
      }
      case "readRows":
        return find(files, session).readRows();
      case "beginFile":
        writers.set(session, writeParquetFile(wasm, request.argument));
        return null;
      case "writeRows":
        return find(writers, session).writeRows(request.argument);
      case "endFile":
        return find(writers, session).endFile();
      case "beginSelection":
        selections.set(session, selectParquetColumns(wasm, request.argument));
        return null;
      case "readSelection":
        return find(selections, session).read();
    }
  };
  const end = (session: number): void => {
    files.delete(session);
    writers.delete(session);
    selections.delete(session);
  };
  return { answer, end };
}

function failureOf(id: number, error: unknown): ParquetReply {
  if (error instanceof ParquetRefusal) return { id, fault: error.fault };
  return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function main(port: MessagePort, { memoryMb }: ParquetWorkerData): void {
  const serving = loadParquet(memoryMb).then(answerIn);
  port.on("message", async (request: ParquetRequest) => {
    const { answer, end } = await serving;
    if (request.call === "end") {
      end(request.session);
      return;
    }
    const { id } = request;
    try {
      port.postMessage({ id, result: await answer(request) } satisfies ParquetReply);
    } catch (error) {
      // A trap leaves the program's memory in an undefined state, for every session.
      if (isTrap(error)) throw error;
      port.postMessage(failureOf(id, error));
    }
  });
}

if (parentPort !== null) main(parentPort, workerData as ParquetWorkerData);
