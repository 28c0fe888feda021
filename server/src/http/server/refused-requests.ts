import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { FeatstoreError, problemOf } from "../../core/index";
import { requestIdOf } from "../exchange/request-id";
import { type DiscardLimits, limitReading, type ReadingLimit, withDiscardedBodies } from "./unread-bodies";

const METHODS = "GET, HEAD, POST, PATCH, DELETE";

const BROKEN: Readonly<Record<string, { readonly status: number; readonly detail: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, detail: "The request's head is longer than 16 KiB." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: "The request did not arrive in time." },
};
const NO_HTTP = { status: 400, detail: "The request is not valid HTTP." };

/** Node's socket with its current response, if there is one. */
type CarryingSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/** Answers the requests that Node does not pass to the application, each with a problem document. */
export function refuseBrokenRequests(server: Server, limits: DiscardLimits): void {
  const refused = new WeakMap<Socket, ReadingLimit>();

  server.on("clientError", (error: NodeJS.ErrnoException, socket: CarryingSocket) => {
    const limit = refused.get(socket);
    if (limit !== undefined) {
      // Node reports each further piece of data on a rejected connection as an error; it is dropped.
      limit.check();
      return;
    }
    if (!socket.writable || error.code === "ECONNRESET" || socket._httpMessage?.headersSent) {
      socket.destroy();
      return;
    }
    const { status, detail } = BROKEN[error.code ?? ""] ?? NO_HTTP;
    refused.set(socket, limitReading(socket, limits));
    socket.end(answerText(problemAnswer(new FeatstoreError("invalid_request", detail), status)));
  });

  server.on("connect", (_: IncomingMessage, socket: Socket) => {
    const refusal = new FeatstoreError("method_not_allowed", `This server is not a proxy: it accepts ${METHODS}.`, {
      headers: { allow: METHODS },
    });
    socket.on("error", () => socket.destroy());
    socket.on("data", limitReading(socket, limits).check);
    socket.end(answerText(problemAnswer(refusal)));
  });

  server.on("checkExpectation", withDiscardedBodies(refuseExpectation, limits));
}

/**
 * Answers a request from which the adapter cannot build a URL, such as one with a broken Host header; or a fault of the
 * adapter.
 */
export function refuseUnreadable(error: unknown): Response {
  const isUnreadable = error instanceof Error && error.name === "RequestError";
  const { status, headers, body } = problemAnswer(
    isUnreadable ? new FeatstoreError("invalid_request", `The request cannot be read: ${error.message}.`) : error,
  );
  return new Response(body, { status, headers });
}

const refuseExpectation: RequestListener = ({ headers: { expect = "" } }, outgoing) => {
  const { status, headers, body } = problemAnswer(
    new FeatstoreError(
      "expectation_failed",
      `Send "Expect: 100-continue" or no Expect header; it was "${expect.slice(0, 100)}".`,
    ),
  );
  outgoing.writeHead(status, headers).end(body);
};

interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `status`: overrides the status of the error's code. */
function problemAnswer(error: unknown, status?: number): ProblemAnswer {
  const requestId = requestIdOf(undefined);
  const problem = problemOf(error, requestId);
  const body = JSON.stringify({ ...problem, status: status ?? problem.status });
  return {
    status: status ?? problem.status,
    headers: {
      "content-type": "application/problem+json",
      "content-length": String(Buffer.byteLength(body)),
      "x-content-type-options": "nosniff",
      "x-request-id": requestId,
      ...(error instanceof FeatstoreError ? error.headers : {}),
    },
    body,
  };
}

function answerText({ status, headers, body }: ProblemAnswer): string {
  const lines = Object.entries({ ...headers, connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`;
}
