import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { ApiExchange } from "./middleware/api-exchange";
import type { Guarded, GuardedResponse } from "./middleware/guard";
import { nodeHeader, type RequestSource } from "./middleware/request-source";

/** Nothing in it that an adapter would decode, normalize or refuse. */
const PLAIN_TARGET = /^\/api\/features\/[\w%,~-]+(?:\?[\w%,~=&@.:-]*)?$/;
const PLAIN_HOST = /^[\w.-]+(?::\d{1,5})?$/;

/**
 * Answers plain reads of one entity on Node's own request and response, since a router and the web's objects would cost
 * as much as the read does (decision 0040); all else goes to `others`.
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
    if (body instanceof ReadableStream) throw new Error("the answer to a single read is no stream");
    if (body !== null) headers["content-length"] = String(Buffer.byteLength(body));
    outgoing.writeHead(status, headers);
    outgoing.end(body);
  } catch {
    // What cannot be written cannot be explained either.
    outgoing.destroy();
  }
}

/** A request without a body. A class for the reason that `ApiExchange` is one. */
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
