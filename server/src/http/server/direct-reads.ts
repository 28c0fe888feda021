import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { ApiExchange } from "../exchange/api-exchange";
import { nodeHeader, type RequestSource } from "../exchange/request-source";
import type { Guarded, GuardedResponse } from "../guard/guard";

/** Targets that an adapter would not decode, normalize or reject. */
const PLAIN_TARGET = /^\/api\/features\/[\w%,~-]+(?:\?[\w%,~=&@.:-]*)?$/;
const PLAIN_HOST = /^[\w.-]+(?::\d{1,5})?$/;

/**
 * Answers plain reads of one entity on Node's own request and response, because a router and the web's objects would
 * cost as much as the read (decision 0040). Passes everything else to `others`.
 */
export function withDirectReads(singleRead: Guarded, others: RequestListener): RequestListener {
  return (incoming, outgoing) => {
    if (!isPlain(incoming)) {
      others(incoming, outgoing);
      return;
    }
    const exchange = new ApiExchange("GET", incoming.url ?? "", new NodeSource(incoming, outgoing));
    const answer = singleRead(exchange);
    if (answer instanceof Promise) void answer.then((response) => send(outgoing, response));
    else send(outgoing, answer);
  };
}

function isPlain({ method, url = "", headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    PLAIN_TARGET.test(url) &&
    PLAIN_HOST.test(headers.host ?? "") &&
    headers["content-length"] === undefined &&
    headers["transfer-encoding"] === undefined
  );
}

function send(outgoing: ServerResponse, { status, headers, body }: GuardedResponse): void {
  try {
    if (body instanceof ReadableStream) throw new Error("the response to a single read must not be a stream");
    const bytes = body === null ? 0 : Buffer.byteLength(body);
    if (body !== null) headers["content-length"] = String(bytes);
    outgoing.writeHead(status, headers);
    // A text without other characters than ASCII's is the same in Latin-1, which Node encodes faster.
    outgoing.end(body, bytes === body?.length ? "latin1" : "utf8");
  } catch {
    // If the response cannot be written, neither can an error.
    outgoing.destroy();
  }
}

/** A request without a body. A class for the same reason as `ApiExchange`. */
class NodeSource implements RequestSource {
  constructor(
    private readonly incoming: IncomingMessage,
    private readonly outgoing: ServerResponse,
  ) {}

  header(name: string): string | undefined {
    return nodeHeader(this.incoming, name);
  }

  async body(): Promise<string> {
    return "";
  }

  async *bytes(): AsyncIterable<Uint8Array> {}

  get gone(): AbortSignal {
    const controller = new AbortController();
    this.outgoing.once("close", () => controller.abort());
    return controller.signal;
  }

  get address(): string {
    return this.incoming.socket.remoteAddress ?? "";
  }
}
