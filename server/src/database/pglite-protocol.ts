import { messages, type PGlite, protocol } from "@electric-sql/pglite";
import type { Value } from "./database";
import type { PgliteResult } from "./pglite-messages";

const { serialize } = protocol;

// PostgreSQL's type oids; values of other types stay the text that PostgreSQL sent.
const boolOid = 16;
const numberOids = new Set([21, 23, 700, 701]);

function decoded(text: string | null, oid: number): Value {
  if (text === null) return null;
  if (oid === boolOid) return text === "t";
  return numberOids.has(oid) ? Number(text) : text;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts.map((part) => new Uint8Array(part)));
}

/** A failure of PGlite itself, not of a statement: its memory can no longer be trusted. */
export class PgliteBroken extends Error {}

/** Returns whether the parsed statement is unknown because the WebAssembly trapped while parsing it. */
function parseVanished(error: unknown): boolean {
  return error instanceof messages.DatabaseError && error.code === "26000" && error.message.startsWith("unnamed ");
}

async function exchange(pglite: PGlite, message: Uint8Array): Promise<PgliteResult> {
  const received = await pglite
    .execProtocolStream(message, { syncToFs: true, throwOnError: true })
    .catch((error: unknown) => {
      throw parseVanished(error) ? new PgliteBroken("PGlite broke off a statement") : error;
    });
  let columns: readonly string[] = [];
  let oids: readonly number[] = [];
  let rows: Value[][] = [];
  let count = 0;
  let completed = false;
  let open = false;
  for (const part of received) {
    if (part instanceof messages.RowDescriptionMessage) {
      columns = part.fields.map((field) => field.name);
      oids = part.fields.map((field) => field.dataTypeID);
      rows = [];
    } else if (part instanceof messages.DataRowMessage) {
      rows.push(part.fields.map((text, index) => decoded(text, oids[index] ?? 0)));
    } else if (part instanceof messages.CommandCompleteMessage) {
      completed = true;
      count = Number(/\d+$/.exec(part.text)?.[0] ?? 0);
    } else if (part instanceof messages.ReadyForQueryMessage) open = part.status !== "I";
    else if (part.name === "emptyQuery") completed = true;
  }
  // PGlite swallows a trap inside the WebAssembly: it returns neither a result nor an error.
  if (!completed) throw new PgliteBroken("PGlite returned no result");
  return open ? leftOpen(pglite) : { columns, rows, count };
}

async function leftOpen(pglite: PGlite): Promise<never> {
  await pglite.execProtocolStream(serialize.query("rollback"), { syncToFs: true });
  const error = new messages.DatabaseError("the statement left a transaction open, which was rolled back", 0, "error");
  error.code = "25000";
  throw error;
}

/** Runs one statement with text parameters in one exchange of PostgreSQL's extended protocol. */
export function runStatement(
  pglite: PGlite,
  text: string,
  parameters: readonly (string | null)[],
): Promise<PgliteResult> {
  const message = [
    serialize.parse({ text }),
    serialize.bind({ values: [...parameters] }),
    serialize.describe({ type: "P" }),
    serialize.execute({}),
    serialize.sync(),
  ];
  return exchange(pglite, joined(message));
}

/** Runs several statements in one implicit transaction. Returns the result of the last one. */
export function runScript(pglite: PGlite, text: string): Promise<PgliteResult> {
  return exchange(pglite, serialize.query(text));
}

/** Bytes to collect before they are passed on. */
const copyPieceBytes = 256 * 1024;

/** Runs a COPY to stdout and passes on its bytes while PostgreSQL makes them. */
export async function runCopyOut(
  pglite: PGlite,
  text: string,
  write: (bytes: Uint8Array) => void,
): Promise<PgliteResult> {
  const parser = new protocol.Parser();
  let pieces: Uint8Array[] = [];
  let length = 0;
  let count: number | undefined;
  let failure: unknown;
  const attempt = (work: () => void) => {
    // An exception must not pass through the WebAssembly.
    try {
      if (failure === undefined) work();
    } catch (error) {
      failure = error;
    }
  };
  const flush = () => {
    write(Buffer.concat(pieces));
    pieces = [];
    length = 0;
  };
  const take = (part: object) => {
    if (part instanceof messages.CopyDataMessage) {
      // Copied, because the parser and PGlite reuse their memory.
      pieces.push(part.chunk.slice());
      length += part.chunk.length;
      if (length >= copyPieceBytes) attempt(flush);
    } else if (part instanceof messages.CommandCompleteMessage) count = Number(/\d+$/.exec(part.text)?.[0] ?? 0);
    else if (part instanceof messages.DatabaseError) failure ??= part;
  };
  await pglite.execProtocolRawStream(serialize.query(text), {
    syncToFs: true,
    onRawData: (data) => attempt(() => parser.parse(data.slice(), take)),
  });
  // The raw call leaves its callback behind, which the next call of another kind would use.
  await pglite.execProtocolStream(serialize.sync());
  attempt(flush);
  if (failure !== undefined) throw failure;
  if (count === undefined) throw new PgliteBroken("PGlite returned no result");
  return { columns: [], rows: [], count };
}
