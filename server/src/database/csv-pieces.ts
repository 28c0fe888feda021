import { read } from "node:fs";
import { promisify } from "node:util";

const readFile = promisify(read);
const quote = 0x22;
const newline = 0x0a;

/** Finds the end of the last whole CSV row, and whether the text after it is inside quotes. */
function lastRowEnd(
  bytes: Buffer,
  from: number,
  quotedBefore: boolean,
): { readonly end: number; readonly quoted: boolean } {
  let quoted = quotedBefore;
  let end = -1;
  for (let index = from; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === quote) quoted = !quoted;
    else if (byte === newline && !quoted) end = index + 1;
  }
  return { end, quoted };
}

/** Splits a CSV file into pieces of whole rows, each of about `pieceBytes` (or one row, if that is longer). */
export async function* csvPieces(descriptor: number, pieceBytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let rest = Buffer.alloc(0);
  let quoted = false;
  let position = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    const { bytesRead } = await readFile(descriptor, buffer, 0, pieceBytes, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    const scanned = lastRowEnd(bytes, rest.length, quoted);
    quoted = scanned.quoted;
    if (scanned.end === -1) rest = bytes;
    else {
      yield bytes.subarray(0, scanned.end);
      rest = Buffer.from(bytes.subarray(scanned.end));
    }
  }
  if (rest.length > 0) yield rest;
}
