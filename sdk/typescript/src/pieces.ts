import { ConnectionError, TimeoutError } from "./errors";
import type { Opened } from "./transport";
import { untilAborted } from "./transport/pause";

/** Reads a body piece by piece. Errors: `TimeoutError` if no byte arrives within `timeoutMs`, `ConnectionError`, `AbortedError`. */
export async function* piecesOf({ response, signal }: Opened, timeoutMs: number): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const [from] = response.url.split("?"); // a signed query is a secret
  for (;;) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TimeoutError(`No byte from ${from} within ${timeoutMs} ms`)), timeoutMs);
    });
    const read = reader.read().catch((cause: unknown) => {
      throw new ConnectionError("The answer broke off", { cause });
    });
    const { done, value } = await untilAborted(signal, Promise.race([read, late])).finally(() => clearTimeout(timer));
    if (done) return;
    yield value;
  }
}
