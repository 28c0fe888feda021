import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { readSchema, type Schema } from "../../src/database/schema-files";

export interface WholeSchema {
  readonly schema: Schema;
  /** Short hash of its texts; names the databases that are made from it. */
  readonly checksum: string;
}

let read: Promise<WholeSchema> | undefined;

/** The schema of this checkout, read once per process. */
export function wholeSchema(): Promise<WholeSchema> {
  read ??= readWhole();
  return read;
}

async function readWhole(): Promise<WholeSchema> {
  const schema = await readSchema(fileURLToPath(new URL("../../../migrations", import.meta.url)));
  return { schema, checksum: createHash("sha256").update(JSON.stringify(schema)).digest("hex").slice(0, 16) };
}
