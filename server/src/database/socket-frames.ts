import type { Socket } from "node:net";
import type { TransactionSettings, Value } from "./database";
import type { DatabaseErrorCode } from "./database-error";

/** The protocol version, raised when frames change; a client and a server must have the same. */
export const socketProtocol = 2;

/** Rows as arrays, with the column names once. A number that JSON cannot express is `{ n: "NaN" }`. */
export interface RowsFrame {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (Value | { readonly n: string })[])[];
}

export interface ErrorFrame {
  readonly code: DatabaseErrorCode;
  readonly message: string;
  readonly sqlState?: string | undefined;
  readonly detail?: string | undefined;
}

/** A frame of a client. `call` begins a call; the other kinds belong to the call of the same id. */
export type ClientFrame =
  | ({ readonly id: number; readonly kind: "call"; readonly deadlineMs?: number | undefined } & ClientCall)
  /** stream, copyTo: requests one more chunk. */
  | { readonly id: number; readonly kind: "next" }
  /** copyFrom: a chunk of CSV, or its end. */
  | { readonly id: number; readonly kind: "chunk"; readonly text: string }
  | { readonly id: number; readonly kind: "chunks_end" }
  /** Aborts the call; also ends a stream and a listen. */
  | { readonly id: number; readonly kind: "abort" };

export type ClientCall =
  | {
      readonly method: "query";
      readonly text: string;
      readonly parameters: readonly (string | null)[];
      readonly ownTransaction: TransactionSettings | undefined;
    }
  | {
      readonly method: "stream";
      readonly text: string;
      readonly parameters: readonly (string | null)[];
      readonly chunkRows: number | undefined;
    }
  | { readonly method: "script"; readonly text: string }
  | { readonly method: "copyFrom"; readonly table: string; readonly columns: readonly string[] }
  | { readonly method: "copyTo"; readonly text: string }
  | { readonly method: "listen"; readonly channel: string };

/** A frame of a server. `done` and `error` end a call. */
export type ServerFrame =
  | { readonly kind: "hello"; readonly protocol: number }
  | ({ readonly id: number; readonly kind: "rows" } & RowsFrame)
  /** copyTo: a chunk. */
  | { readonly id: number; readonly kind: "bytes"; readonly base64: string }
  /** copyFrom: requests the next chunk; listen: established. */
  | { readonly id: number; readonly kind: "ready" }
  | { readonly id: number; readonly kind: "payload"; readonly payload: string }
  | { readonly id: number; readonly kind: "lost" }
  | { readonly id: number; readonly kind: "done"; readonly count: number }
  | { readonly id: number; readonly kind: "error"; readonly error: ErrorFrame };

// A frame is a length in bytes (four bytes, big-endian) followed by that much JSON.
const headerBytes = 4;

/** Sends a frame. */
export function sendFrame(socket: Socket, frame: ClientFrame | ServerFrame): void {
  const body = Buffer.from(JSON.stringify(frame));
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32BE(body.length);
  socket.write(Buffer.concat([header, body]));
}

/** Calls `onFrame` for each complete frame; destroys a socket that sends anything else. `Frame` is the type of the peer's frames. */
export function receiveFrames<Frame>(socket: Socket, onFrame: (frame: Frame) => void): void {
  let parts: Buffer[] = [];
  let length = 0;
  socket.on("data", (data: Buffer) => {
    parts.push(data);
    length += data.length;
    let needed = headerBytes + (peekLength(parts) ?? 0);
    if (length < needed) return;
    let bytes = Buffer.concat(parts);
    while (bytes.length >= headerBytes) {
      needed = headerBytes + bytes.readUInt32BE();
      if (bytes.length < needed) break;
      const frame = parsed(bytes.toString("utf8", headerBytes, needed));
      if (frame === undefined) {
        socket.destroy();
        return;
      }
      onFrame(frame as Frame);
      bytes = bytes.subarray(needed);
    }
    parts = bytes.length > 0 ? [bytes] : [];
    length = bytes.length;
  });
}

function parsed(text: string): object | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null ? frame : undefined;
  } catch {
    return undefined;
  }
}

function peekLength([first]: readonly Buffer[]): number | undefined {
  return first !== undefined && first.length >= headerBytes ? first.readUInt32BE() : undefined;
}

export function encodeRows(rows: readonly object[]): RowsFrame {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, rows: rows.map((row) => (Object.values(row) as Value[]).map(encodeValue)) };
}

export function decodeRows<Row extends object>({ columns, rows }: RowsFrame): Row[] {
  return rows.map((row) => {
    const entries = columns.map((column, index) => [column, decodeValue(row[index] ?? null)]);
    return Object.fromEntries(entries) as Row;
  });
}

function encodeValue(value: Value): Value | { readonly n: string } {
  if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { n: Object.is(value, -0) ? "-0" : String(value) };
}

function decodeValue(value: Value | { readonly n: string }): Value {
  return typeof value === "object" && value !== null ? Number(value.n) : value;
}
