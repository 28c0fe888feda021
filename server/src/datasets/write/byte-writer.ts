/** Bytes that are collected for a file, in memory that is reused. */
export interface ByteWriter {
  byte(value: number): void;
  /** Appends a text of ASCII characters. */
  ascii(text: string): void;
  text(text: string): void;
  bytes(source: Uint8Array, start: number, end: number): void;
  /** The bytes so far, valid until the next call; begins anew. */
  take(): Uint8Array;
  readonly length: number;
}

export function createByteWriter(initial = 65_536): ByteWriter {
  let buffer = Buffer.allocUnsafeSlow(initial);
  let length = 0;
  const reserve = (more: number) => {
    if (length + more <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(length + more, buffer.length * 2));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  return {
    byte(value) {
      reserve(1);
      buffer[length++] = value;
    },
    ascii(text) {
      reserve(text.length);
      // Faster than a native call for texts as short as numbers.
      for (let at = 0; at < text.length; at += 1) buffer[length + at] = text.charCodeAt(at);
      length += text.length;
    },
    text(text) {
      reserve(text.length * 3);
      length += buffer.write(text, length, "utf8");
    },
    bytes(source, start, end) {
      reserve(end - start);
      if (end - start > 32) buffer.set(source.subarray(start, end), length);
      else for (let at = start; at < end; at += 1) buffer[length + at - start] = source[at] as number;
      length += end - start;
    },
    take() {
      const taken = buffer.subarray(0, length);
      length = 0;
      return taken;
    },
    get length() {
      return length;
    },
  };
}
