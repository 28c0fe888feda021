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
  /** Writes a line as it is, where the level lets information through. */
  line(text: string): void;
  /** Writes out what is still buffered. */
  flush(): void;
}

const BUFFER_BYTES = 4096;
/** Lines wait for it twice: here, and at the destination. */
const FLUSH_MS = 250;
/** What a pipe takes as one on every system: so that the lines of several processes do not mix. */
const SHARED_WRITE_BYTES = 4096;
const SHARED_BUFFER_BYTES = 3072;
const LINES_BYTES = 65_536;

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly file: string | null;
  /** Which worker's lines they are, where several write to the same place. */
  readonly worker?: number | undefined;
}

/**
 * JSON lines to a file, or to standard output. Lines are buffered for up to half a second, so that logging costs a
 * request no system call.
 */
export function createLogger({ level, file, worker }: LoggerOptions): Logger {
  if (file !== null) mkdirSync(dirname(file), { recursive: true });
  // Opened here, since a destination that opens its file itself cannot be flushed until it has: a short-lived process
  // would end with an error instead of its lines.
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
  // The destination would measure all that it has gathered at every line.
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
