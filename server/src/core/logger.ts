import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import pino from "pino";
import { createLineBuffer } from "./line-buffer";
import type { LogLevel } from "./settings";

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
