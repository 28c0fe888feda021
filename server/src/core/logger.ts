import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import pino from "pino";
import type { LogLevel } from "./settings";

/** Maximum UTF-8 bytes of one UTF-16 code unit. */
const WIDEST = 3;

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Writes a line unchanged, if the level includes info. */
  line(text: string): void;
  /** Writes out what is still buffered. */
  flush(): void;
}

const BUFFER_BYTES = 4096;
/** Lines are delayed twice by this: here and at the destination. */
const FLUSH_MS = 250;
/** Writes up to this size are atomic on a pipe on every system, so lines of several processes do not mix. */
const SHARED_WRITE_BYTES = 4096;
const SHARED_BUFFER_BYTES = 3072;
const LINES_BYTES = 65_536;

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly file: string | null;
  /** The worker that writes the lines, if several write to the same place. */
  readonly worker?: number | undefined;
}

/**
 * Creates a logger of JSON lines to a file or standard output. Lines are buffered for up to half a second, so that
 * logging costs a request no system call.
 */
export function createLogger({ level, file, worker }: LoggerOptions): Logger {
  if (file !== null) mkdirSync(dirname(file), { recursive: true });
  // Opened here, because a destination that opens its file itself cannot be flushed before it has: a short-lived
  // process would end with an error instead of its lines.
  const descriptor = file === null ? 1 : openSync(file, "a");
  const destination = pino.destination({
    dest: descriptor,
    sync: false,
    periodicFlush: FLUSH_MS,
    ...(worker === undefined
      ? { minLength: BUFFER_BYTES }
      : { minLength: SHARED_BUFFER_BYTES, maxWrite: SHARED_WRITE_BYTES }),
  });
  const logger = pino({ level, base: worker === undefined ? null : { worker } }, destination);
  // The destination would measure all its buffered text at every line.
  const lineBuffer = createLineBuffer({
    bytes: worker === undefined ? LINES_BYTES : SHARED_WRITE_BYTES,
    flushMs: FLUSH_MS,
    write: (chunk) => void destination.write(chunk),
  });
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    line: logger.isLevelEnabled("info") ? lineBuffer.add : () => undefined,
    flush() {
      lineBuffer.flush();
      try {
        destination.flushSync();
      } catch {
        // A destination that was never opened has nothing to flush.
      }
    },
  };
}

/** Collects lines into chunks, so that a line costs neither a system call nor a long-lived string. */
interface LineBuffer {
  add(line: string): void;
  /** Writes the collected lines. */
  flush(): void;
}

interface LineBufferOptions {
  /** Maximum size of a chunk, unless a single line is larger. */
  readonly bytes: number;
  /** Maximum time that a line waits. */
  readonly flushMs: number;
  /** Receives a chunk of whole lines. */
  readonly write: (chunk: string) => void;
}

export function createLineBuffer({ bytes, flushMs, write }: LineBufferOptions): LineBuffer {
  const chunk = Buffer.allocUnsafe(bytes);
  let length = 0;
  const flush = (): void => {
    if (length === 0) return;
    const text = chunk.toString("utf8", 0, length);
    length = 0;
    write(text);
  };
  setInterval(flush, flushMs).unref();
  return {
    add(line) {
      if (length + line.length * WIDEST > bytes) flush();
      if (line.length * WIDEST > bytes) write(line);
      else length += chunk.write(line, length);
    },
    flush,
  };
}
