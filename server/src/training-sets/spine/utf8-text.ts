import { refuseSpine } from "./spine-row";

/** Decodes chunks of UTF-8 and drops a byte order mark. Throws `SpineFaults` for invalid bytes. */
export async function* utf8Text(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      return refuseSpine("spine_unreadable", "spine", "invalid UTF-8");
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}
