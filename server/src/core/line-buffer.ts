/** Collects lines into chunks, so that a line costs neither a system call nor a long-lived string. */
export interface LineBuffer {
  add(line: string): void;
  /** Writes the collected lines. */
  flush(): void;
}

export interface LineBufferOptions {
  /** Maximum size of a chunk, unless a single line is larger. */
  readonly bytes: number;
  /** Maximum time that a line waits. */
  readonly flushMs: number;
  /** Receives a chunk of whole lines. */
  readonly write: (chunk: string) => void;
}

/** Maximum UTF-8 bytes of one UTF-16 code unit. */
const WIDEST = 3;

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
