/** Gathers lines into chunks, so that a line costs neither a system call nor a string that lives on. */
export interface LineBuffer {
  add(line: string): void;
  /** Hands over what was gathered since. */
  flush(): void;
}

export interface LineBufferOptions {
  /** How large a chunk is at most, unless one line is larger. */
  readonly bytes: number;
  /** How long a line waits at most. */
  readonly flushMs: number;
  /** Takes a chunk of whole lines. */
  readonly write: (chunk: string) => void;
}

/** Bytes that one UTF-16 code unit takes at most in UTF-8. */
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
