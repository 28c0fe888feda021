import { UnexpectedAnswerError } from "../errors";
import type { SentInit } from "../transport";

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A response, and whether another origin than the server's sent it. */
export interface Followed {
  readonly response: Response;
  readonly isElsewhere: boolean;
}

/**
 * Sends a GET and follows its redirects. The key and `If-Range` stay with the server's origin: a signed URL needs no key,
 * and the ETags of storage are its own.
 */
export async function followRedirects(fetch: typeof globalThis.fetch, url: string, init: SentInit): Promise<Followed> {
  const { origin } = new URL(url);
  let current = url;
  let isElsewhere = false;
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    const headers = isElsewhere ? withoutSecrets(init.headers) : init.headers;
    const response = await fetch(current, { ...init, headers, redirect: "manual" });
    // Browsers hide where a redirect leads. They leave out the key when they follow it to another origin.
    if (response.type === "opaqueredirect") return followBlindly(fetch, current, init);
    if (!REDIRECTS.has(response.status)) return { response, isElsewhere };
    await response.body?.cancel();
    const target = targetOf(response.headers.get("location"), current);
    isElsewhere ||= target.origin !== origin;
    current = target.href;
  }
  throw new UnexpectedAnswerError(`The server redirects more than ${MAX_REDIRECTS} times: check baseUrl`);
}

async function followBlindly(fetch: typeof globalThis.fetch, url: string, init: SentInit): Promise<Followed> {
  const { "if-range": _, ...headers } = init.headers;
  return { response: await fetch(url, { ...init, headers, redirect: "follow" }), isElsewhere: true };
}

function targetOf(location: string | null, from: string): URL {
  const target = location === null || !URL.canParse(location, from) ? undefined : new URL(location, from);
  // The message must not contain the URL, which may be signed.
  if (target === undefined || !/^https?:$/.test(target.protocol))
    throw new UnexpectedAnswerError("The server redirects to no usable address: check baseUrl");
  if (target.protocol === "http:" && from.startsWith("https:"))
    throw new UnexpectedAnswerError("The server redirects from https to http: check its address of storage");
  return target;
}

function withoutSecrets({ authorization: _, "if-range": __, ...headers }: SentInit["headers"]) {
  return headers;
}
