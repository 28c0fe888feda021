import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatstoreError } from "../../errors";
import { settingLabel } from "../../settings";
import { csvSpine } from "./read-csv";
import { jsonLinesSpine } from "./read-json";
import type { SpineReader } from "./spine-row";

export type SpineKind = "csv" | "jsonl" | "parquet";

/** Passes a body's bytes on, up to a limit. Errors: `body_too_large`. */
export async function* receiveSpine(bytes: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const piece of bytes) {
    seen += piece.byteLength;
    if (seen > most) {
      const limit = settingLabel("training_sets.spine_mb");
      throw new FeatstoreError("body_too_large", `A spine has at most ${most} bytes. The limit is ${limit}.`);
    }
    yield piece;
  }
}

/** Hands a received spine to the body. A Parquet file, which is read from its end, is kept aside until that is done. */
export async function withReceivedFile<Result>(
  kind: SpineKind,
  bytes: AsyncIterable<Uint8Array>,
  body: (spine: SpineReader) => Promise<Result>,
): Promise<Result> {
  if (kind === "csv") return body(csvSpine(bytes));
  if (kind === "jsonl") return body(jsonLinesSpine(bytes));
  const folder = await mkdtemp(join(tmpdir(), "featstore-spine-"));
  try {
    const path = join(folder, "spine.parquet");
    const file = await open(path, "wx", 0o600);
    try {
      for await (const piece of bytes) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    // Imported here: it brings a WebAssembly program along.
    const { parquetSpine } = await import("./read-parquet");
    return await body(parquetSpine(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
