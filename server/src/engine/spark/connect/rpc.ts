import { type Client, ConnectError, createClient, type CallOptions as RpcOptions } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { type Call, DatabaseError } from "../../../database/index";
import type { ConnectAddress } from "./connect-url";
import { SparkConnectService } from "./generated/spark/connect/base_pb";
import { createConnection } from "./http2-connection";
import { pause } from "./pause";
import { readFailure, withDetails } from "./read-failure";
import { RemoteError, type RemoteFailure } from "./remote-failure";
import { sparkFailure } from "./spark-failure";

/** The members of each request that name the session. */
export interface SessionIdentity {
  readonly sessionId: string;
  readonly userContext: { readonly userId: string; readonly userName: string };
  readonly clientType: string;
  /** The server's own id of the session, once it is known: a server that was restarted refuses the request. */
  readonly clientObservedServerSideSessionId?: string;
}

type SparkClient = Client<typeof SparkConnectService>;

/** The calls of one session. */
export interface SparkRpc {
  readonly client: SparkClient;
  identity(): SessionIdentity;
  /** Makes a call, and repeats it while the connection breaks. Errors: `RemoteError`. */
  unary<Response extends Answer>(send: Send<Response>, options?: UnaryOptions): Promise<Response>;
  /** Keeps the server's own id of the session, which each response has. */
  remember(response: Answer): void;
  /** Returns what an error of a call means, with the details that the server has about it. Errors: those that are no call's. */
  failureOf(error: unknown): Promise<RemoteFailure>;
  /** Converts an error of a call to the one that the caller gets. */
  errorOf(error: unknown): unknown;
  /** Throws if the session is closed. Error: `DatabaseError` with `closed`. */
  requireOpen(): void;
  /** Starts a call whose outcome does not matter; `close` waits for it. */
  background(send: Send<Answer>): Promise<void>;
  /** Lets `close` wait for work that does not fail. */
  track(work: Promise<void>): Promise<void>;
  /** Waits for the calls in the background, makes a last one, and closes the connection. */
  close(send: Send<Answer>): Promise<void>;
}

type Send<Response> = (identity: SessionIdentity, options: RpcOptions) => Promise<Response>;

interface Answer {
  readonly serverSideSessionId: string;
}

interface UnaryOptions {
  readonly call?: Call;
  /** Default: 20,000. 0 for a call that may take as long as its caller waits. */
  readonly timeoutMs?: number;
}

export interface RpcSettings {
  readonly engine: string;
  readonly address: ConnectAddress;
  readonly sessionId: string;
  readonly userAgent: string;
  /** How long a call is repeated while the connection breaks. */
  readonly repeatMs: number;
}

const TIMEOUT_MS = 20_000;

/** Connects to a server of Spark Connect; the first call opens the connection. */
export function createRpc({ engine, address, sessionId, userAgent, repeatMs }: RpcSettings): SparkRpc {
  const connection = createConnection(address.baseUrl);
  const headers = {
    ...address.headers,
    ...(address.token === null ? {} : { authorization: `Bearer ${address.token}` }),
  };
  const transport = createGrpcTransport({
    baseUrl: address.baseUrl,
    sessionManager: connection,
    acceptCompression: [],
    interceptors: [
      (next) => (request) => {
        for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
        return next(request);
      },
    ],
  });
  const client = createClient(SparkConnectService, transport);
  const running = new Set<Promise<void>>();
  let observed: string | undefined;
  let isClosed = false;

  const identity = (): SessionIdentity => ({
    sessionId,
    userContext: { userId: address.userId, userName: address.userId },
    clientType: userAgent,
    ...(observed === undefined ? {} : { clientObservedServerSideSessionId: observed }),
  });

  const remember = ({ serverSideSessionId }: Answer): void => {
    observed ??= serverSideSessionId === "" ? undefined : serverSideSessionId;
  };

  async function failureOf(error: unknown): Promise<RemoteFailure> {
    if (error instanceof RemoteError) return error.failure;
    if (!(error instanceof ConnectError)) throw error;
    const { errorId, ...failure } = readFailure(error);
    if (errorId === undefined) return failure;
    return client.fetchErrorDetails({ ...identity(), errorId }, { timeoutMs: TIMEOUT_MS }).then(
      (details) => withDetails(failure, details),
      () => failure,
    );
  }

  function requireOpen(): void {
    if (isClosed) throw new DatabaseError("closed", "The session is closed.");
  }

  const unary: SparkRpc["unary"] = async (send, { call, timeoutMs = TIMEOUT_MS } = {}) => {
    const end = Date.now() + repeatMs;
    for (let repetition = 0; ; repetition++) {
      requireOpen();
      const attempt = new AbortController();
      try {
        const sent = send(identity(), { signal: attempt.signal, ...(timeoutMs > 0 ? { timeoutMs } : {}) });
        const answer = await (call === undefined ? sent : call.race(sent));
        remember(answer);
        return answer;
      } catch (error) {
        const failure = await failureOf(error);
        if (!failure.isCut || Date.now() > end) throw new RemoteError(failure, "call");
        await pause(repetition, call);
      } finally {
        attempt.abort();
      }
    }
  };

  const track: SparkRpc["track"] = (work) => {
    running.add(work);
    return work.finally(() => running.delete(work));
  };

  const ignore = (): void => {};
  const background: SparkRpc["background"] = (send) => track(unary(send).then(ignore, ignore));

  return {
    ...{ client, identity, failureOf, remember, requireOpen, unary, background, track },
    errorOf(error) {
      if (!(error instanceof RemoteError)) return error;
      return sparkFailure({ engine, place: address.place, purpose: error.purpose }, error.failure);
    },
    async close(send) {
      while (running.size > 0) await Promise.all(running);
      // Of a session that was never opened, the call would make one.
      if (observed !== undefined) await unary(send).catch(() => {});
      isClosed = true;
      connection.close();
    },
  };
}
