import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
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

export interface ReceivedFileOptions extends Pick<SpineReception, "limits" | "parquet"> {
  /** Set to get the digest of the file, for which it is stored first. */
  readonly isHashed?: boolean;
  /** The organisation or tenant that it takes turns as; null: neither. */
  readonly turn: string | null;
}

/**
 * Calls `body` with a received spine, and with its SHA-256 as 64 hexadecimal digits if it was stored until then. A Parquet
 * file, which is read from its end, always is.
 */
export async function withReceivedFile<Result>(
  kind: SpineKind,
  bytes: AsyncIterable<Uint8Array>,
  { limits, parquet, isHashed = false, turn }: ReceivedFileOptions,
  body: (spine: SpineReader, sha256: string | null) => Promise<Result>,
): Promise<Result> {
  const textSpine = kind === "csv" ? csvSpine : jsonLinesSpine;
  if (kind !== "parquet" && !isHashed) return body(textSpine(bytes, limits), null);
  const folder = await mkdtemp(join(tmpdir(), "featstore-spine-"));
  try {
    const path = join(folder, "spine");
    const hash = createHash("sha256");
    const file = await open(path, "wx", 0o600);
    try {
      for await (const piece of bytes) {
        hash.update(piece);
        await file.writeFile(piece);
      }
    } finally {
      await file.close();
    }
    const spine =
      kind === "parquet"
        ? parquetSpine(parquet, path, limits, { tenant: turn })
        : textSpine(createReadStream(path), limits);
    return await body(spine, hash.digest("hex"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
