import { createReadStream } from "node:fs";
import type { ValueType } from "@featstore/definitions/compiler";

/** The file of a snapshot with a digest of each row, from which the next one counts its changes. */
export const DIGESTS_FILE = "row-digests.csv";

/** A row of a digests file: the texts of its key, and its digest in hexadecimal. */
export interface RowDigest {
  readonly key: readonly string[];
  readonly digest: string;
}

/** Compares keys as the rows are sorted: numbers by value, texts by their UTF-8 bytes. */
export function compareKeys(
  types: readonly ValueType[],
): (left: readonly string[], right: readonly string[]) => number {
  return (left, right) => {
    for (const [index, type] of types.entries()) {
      const [a = "", b = ""] = [left[index], right[index]];
      if (a === b) continue;
      if (type === "int32") return Number(a) - Number(b);
      if (type === "int64") return BigInt(a) < BigInt(b) ? -1 : 1;
      return Buffer.compare(Buffer.from(a), Buffer.from(b));
    }
    return 0;
  };
}

/** Reads a digests file row by row, with memory for one piece of it. */
export async function* readDigests(path: string): AsyncGenerator<readonly RowDigest[]> {
  let rest = "";
  let isHeader = true;
  for await (const piece of createReadStream(path, {
    encoding: "utf8",
    highWaterMark: 1 << 18,
  }) as AsyncIterable<string>) {
    const text = rest + piece;
    const rows: RowDigest[] = [];
    let at = 0;
    for (;;) {
      const end = lineEnd(text, at);
      if (end === -1) break;
      if (!isHeader) rows.push(rowOf(text.slice(at, end)));
      isHeader = false;
      at = end + 1;
    }
    rest = text.slice(at);
    if (rows.length > 0) yield rows;
  }
}

/** The end of the line: a line feed outside quotes. */
function lineEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const end = text.indexOf("\n", at);
    const quote = text.indexOf('"', at);
    if (end === -1 || quote === -1 || quote > end) return end;
    const closing = text.indexOf('"', quote + 1);
    if (closing === -1) return -1;
    at = closing + 1;
  }
}

function rowOf(line: string): RowDigest {
  const fields = line.includes('"')
    ? [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      )
    : line.split(",");
  return { key: fields.slice(0, -1), digest: fields.at(-1) ?? "" };
}

/** Counts what changed between the rows of a digests file and rows that arrive in the same order. */
export interface ChangeCounter {
  see(rows: readonly RowDigest[]): Promise<void>;
  finish(): Promise<{ readonly added: number; readonly changed: number; readonly removed: number }>;
}

/** `isComparable`: false if the digests cover a column that no longer exists or has another type, so that each row changed. */
export function changeCounter(path: string, keyTypes: readonly ValueType[], isComparable: boolean): ChangeCounter {
  const compare = compareKeys(keyTypes);
  const pieces = readDigests(path);
  let piece: readonly RowDigest[] = [];
  let at = 0;
  let [added, changed, removed] = [0, 0, 0];
  let isAtEnd = false;
  const advance = async (): Promise<void> => {
    const next = await pieces.next();
    isAtEnd = next.done === true;
    piece = next.done === true ? [] : next.value;
    at = 0;
  };
  return {
    async see(rows) {
      for (const row of rows) {
        for (;;) {
          if (at >= piece.length && !isAtEnd) await advance();
          const previous = piece[at];
          const order = previous === undefined ? 1 : compare(previous.key, row.key);
          if (order < 0) {
            removed += 1;
            at += 1;
            continue;
          }
          if (order > 0) added += 1;
          else {
            if (!isComparable || previous?.digest !== row.digest) changed += 1;
            at += 1;
          }
          break;
        }
      }
    },
    async finish() {
      while (!isAtEnd) {
        removed += piece.length - at;
        await advance();
      }
      return { added, changed, removed };
    },
  };
}
