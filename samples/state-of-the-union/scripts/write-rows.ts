import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export const DATA = fileURLToPath(new URL("../data/", import.meta.url));

/** Writes rows as JSON lines, compressed, and gives the checksum of the lines (not of the compression, which may differ by zlib). */
export function writeRows(name: string, rows: readonly object[]): string {
  const body = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(DATA, `${name}.ndjson.gz`), gzipSync(body, { level: 9 }));
  return createHash("sha256").update(body).digest("hex");
}
