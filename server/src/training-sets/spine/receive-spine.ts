import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ParquetThread } from "../../columnar/index";
import { FeatstoreError, settingLabel } from "../../core/index";
import { csvSpine } from "./read-csv";
import { jsonLinesSpine } from "./read-json";
import { parquetSpine } from "./read-parquet";
import type { SpineLimits } from "./spine-limits";
import type { SpineReader } from "./spine-row";

/** Limits and dependencies for receiving spines. */
export interface SpineReception {
  /** Maximum bytes of a spine that is sent as a file. */
  readonly maxBytes: number;
  readonly limits: SpineLimits;
  readonly parquet: ParquetThread;
}

export type SpineKind = "csv" | "jsonl" | "parquet";

/** Passes a body's bytes on. Errors: `body_too_large`. */
export async function* receiveSpine(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const piece of bytes) {
    received += piece.byteLength;
    if (received > maxBytes) {
      const limit = settingLabel("training_sets.spine_mb");
      throw new FeatstoreError("body_too_large", `A spine has at most ${maxBytes} bytes. The limit is ${limit}.`);
    }
    yield piece;
  }
}

/** Calls `body` with a received spine. A Parquet file, which is read from its end, is stored until then. */
export async function withReceivedFile<Result>(
  kind: SpineKind,
  bytes: AsyncIterable<Uint8Array>,
  { limits, parquet }: Pick<SpineReception, "limits" | "parquet">,
  body: (spine: SpineReader) => Promise<Result>,
): Promise<Result> {
  if (kind === "csv") return body(csvSpine(bytes, limits));
  if (kind === "jsonl") return body(jsonLinesSpine(bytes, limits));
  const folder = await mkdtemp(join(tmpdir(), "featstore-spine-"));
  try {
    const path = join(folder, "spine.parquet");
    const file = await open(path, "wx", 0o600);
    try {
      for await (const piece of bytes) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    return await body(parquetSpine(parquet, path, limits));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
