import { isUtf8 } from "node:buffer";
import { FeatstoreError, settingLabel } from "../../core/index";

/** Reads a request's body as UTF-8, at most `maxBytes`. Errors: `body_too_large`, `invalid_request`, `invalid_json`. */
export async function readBody(request: Request, contentLength: string | undefined, maxBytes: number): Promise<string> {
  if (contentLength !== undefined) {
    if (Number(contentLength) > maxBytes) throw tooLarge(maxBytes);
    // Node limits a body to the announced length.
    return textOf(Buffer.from(await request.arrayBuffer().catch(cutOff)));
  }
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(cutOff);
    if (done) break;
    bytes += value.byteLength;
    // Not cancelled, which would cut the connection before the client has its response: the server drops the rest.
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(value);
  }
  return textOf(Buffer.concat(chunks));
}

/** Streams a request's bytes. Errors: `invalid_request`. */
export async function* streamBody(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  // Not cancelled if the reader stops early, for the same reason.
  for (;;) {
    const { done, value } = await reader.read().catch(cutOff);
    if (done) return;
    yield value;
  }
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) {
    throw new FeatstoreError("invalid_json", "The body is not JSON: its bytes are not UTF-8.");
  }
  const text = bytes.toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function tooLarge(maxBytes: number): FeatstoreError {
  return new FeatstoreError(
    "body_too_large",
    `The body is larger than ${maxBytes} bytes: send fewer ids at once. The limit is ${settingLabel("limits.body_bytes")}.`,
  );
}

function cutOff(cause: unknown): never {
  throw new FeatstoreError("invalid_request", "The body ended before it was complete.", { cause });
}
