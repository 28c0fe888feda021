/** The fields of a row: where each begins and ends, with a length of -1 for null. The arrays are reused for the next row. */
export interface CopyRow {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const TAB = 9;
const LF = 10;
const BACKSLASH = 92;

/**
 * Splits PostgreSQL's COPY text format into rows of `columns` fields, without their escapes. Pieces may end anywhere. Memory:
 * one piece and one row.
 */
export function createCopyReader(columns: number) {
  const starts = new Int32Array(columns);
  const ends = new Int32Array(columns);
  let rest: Uint8Array[] = [];
  let scratch: Uint8Array = new Uint8Array(1024);

  /** Reads the row that begins at `at`; returns the position after it. */
  const readRow = (bytes: Uint8Array, at: number): { readonly row: CopyRow; readonly next: number } => {
    let position = at;
    let field = 0;
    let start = at;
    let escapes = false;
    let anyEscapes = false;
    for (;;) {
      const byte = bytes[position] as number;
      if (byte === BACKSLASH) {
        escapes = true;
        position += 2;
        continue;
      }
      if (byte !== TAB && byte !== LF) {
        position += 1;
        continue;
      }
      if (field === columns) throw new Error(`Expected ${columns} columns, got more`);
      starts[field] = start;
      ends[field] = position;
      if (escapes) {
        // `\N` alone is null.
        if (position - start === 2 && bytes[start + 1] === 78) ends[field] = -1;
        else anyEscapes = true;
        escapes = false;
      }
      field += 1;
      position += 1;
      start = position;
      if (byte === LF) break;
    }
    if (field !== columns) throw new Error(`Expected ${columns} columns, got ${field}`);
    return { row: { bytes: anyEscapes ? unescaped(bytes, at, position) : bytes, starts, ends }, next: position };
  };

  /** Copies the row's fields without escapes, and moves their bounds. */
  const unescaped = (bytes: Uint8Array, from: number, to: number): Uint8Array => {
    if (scratch.length < to - from) scratch = new Uint8Array((to - from) * 2);
    let length = 0;
    for (let field = 0; field < columns; field += 1) {
      const end = ends[field] as number;
      const begin = length;
      for (let at = starts[field] as number; at < end; at += 1) {
        const byte = bytes[at] as number;
        if (byte !== BACKSLASH) scratch[length++] = byte;
        else scratch[length++] = escaped(bytes[++at] as number);
      }
      starts[field] = begin;
      if (end !== -1) ends[field] = length;
    }
    return scratch;
  };

  return {
    /** Yields each row that the piece completes. */
    *rows(piece: Uint8Array): Generator<CopyRow, void, undefined> {
      let at = 0;
      if (rest.length > 0) {
        const end = piece.indexOf(LF);
        rest.push(end === -1 ? piece.slice() : piece.slice(0, end + 1));
        if (end === -1) return;
        const whole = Buffer.concat(rest);
        rest = [];
        yield readRow(whole, 0).row;
        at = end + 1;
      }
      const last = piece.lastIndexOf(LF);
      while (at <= last) {
        const { row, next } = readRow(piece, at);
        at = next;
        yield row;
      }
      if (at < piece.length) rest.push(piece.slice(at));
    },
    /** Throws if the last row is incomplete. */
    end() {
      if (rest.length > 0) throw new Error("The rows end in the middle of a row");
    },
  };
}

function escaped(byte: number): number {
  switch (byte) {
    case 98:
      return 8;
    case 102:
      return 12;
    case 110:
      return 10;
    case 114:
      return 13;
    case 116:
      return 9;
    case 118:
      return 11;
    default:
      return byte;
  }
}
