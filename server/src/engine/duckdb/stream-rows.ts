import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DuckdbSession, OpenEngine, OperationOptions } from "./process/index";
import { type SourceReads, withSources } from "./with-sources";

/** Yields the bytes that `body` streams in a session over sources, which ends with them, or when the reader stops. */
export async function* streamed(
  engine: OpenEngine,
  reads: SourceReads,
  options: OperationOptions,
  body: (duckdb: DuckdbSession) => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  const bytes = new PassThrough();
  const done = withSources(engine, reads, options, async (duckdb) => pipeline(await body(duckdb), bytes));
  done.catch((error: Error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes) yield chunk as Uint8Array; // no encoding is set
  } finally {
    bytes.destroy();
    // A reader that stopped early has ended the query.
    await done.catch(() => undefined);
  }
}

/** Yields the lines of texts, as many at once as a chunk has. */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (lines.length > 0) yield lines;
  }
  if (rest !== "") yield [rest];
}
