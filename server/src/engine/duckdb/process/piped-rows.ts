import { execFile } from "node:child_process";
import { constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { promisify } from "node:util";
import { quoteText } from "../../../database/index";
import { EngineError } from "../../engine-error";

const run = promisify(execFile);

const FORMATS = {
  // Null is an empty field without quotes.
  csv: "format csv, header false, nullstr ''",
  json: "format json",
} as const;

/**
 * Yields the bytes that a COPY statement writes into a named pipe at `path`. DuckDB waits while nobody reads, and no row becomes an
 * object. The pipe is a named one, because Node connects processes by sockets, which DuckDB cannot open.
 */
export async function* pipedRows(
  query: string,
  { format, path }: { readonly format: "csv" | "json"; readonly path: string },
  copy: (text: string) => Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  await createPipe(path);
  let socket: Socket | undefined;
  let failure: { readonly error: unknown } | undefined;
  try {
    // Opening does not wait for DuckDB to open the other end.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const pipe = new Socket({ fd, readable: true, writable: false });
    socket = pipe;
    // The loop below reports errors; one after its end concerns nobody.
    pipe.on("error", () => {});
    const copied = copy(`copy (\n${query}\n) to ${quoteText(path)} (${FORMATS[format]}, use_tmp_file false)`).catch(
      (error: unknown) => {
        failure = { error };
        // Without a writer, the pipe would never end.
        pipe.destroy();
      },
    );
    try {
      for await (const chunk of pipe) yield chunk as Uint8Array; // no encoding is set
    } catch (error) {
      if (failure === undefined) throw error;
    }
    await copied;
    if (failure !== undefined) throw failure.error;
  } finally {
    // Ends the statement if the reader stopped early.
    socket?.destroy();
    await rm(path, { force: true });
  }
}

async function createPipe(path: string): Promise<void> {
  try {
    // The folder above is closed to other users.
    await run("mkfifo", [path]);
  } catch (error) {
    throw new EngineError(
      "engine_unavailable",
      "The rows of an engine pass through a named pipe, which the program mkfifo creates; it is missing, or the staging folder takes no pipes.",
      { cause: error },
    );
  }
}
