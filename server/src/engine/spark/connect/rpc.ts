import { type Client, ConnectError, createClient, type CallOptions as RpcOptions } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { Call } from "../../../database/index";
import type { ConnectAddress } from "./connect-url";
import { SparkConnectService } from "./generated/spark/connect/base_pb";
import { pause } from "./pause";
import { readFailure, withDetails } from "./read-failure";
import { type Purpose, RemoteError, type RemoteFailure } from "./remote-failure";
import { type FailedCall, sparkFailure } from "./spark-failure";

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
  unary<Response extends Answer>(
    send: (identity: SessionIdentity, options: RpcOptions) => Promise<Response>,
    options?: UnaryOptions,
  ): Promise<Response>;
  /** Keeps the server's own id of the session, which each response has. */
  remember(response: Answer): void;
  /** Returns what an error of a call means, with the details that the server has about it. Errors: those that are no call's. */
  failureOf(error: unknown): Promise<RemoteFailure>;
  /** Converts an error of a call to the one that the caller gets. */
  errorOf(error: unknown, purpose: Purpose): Promise<unknown>;
  /** Starts a call whose outcome does not matter; `close` waits for it. */
  background(call: (identity: SessionIdentity, options: RpcOptions) => Promise<unknown>): void;
  /** Waits for the calls in the background, and closes the connection. */
  close(): Promise<void>;
}

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
}

const TIMEOUT_MS = 20_000;
/** Repetitions of a call, with pauses of about 10 seconds in all. */
const REPETITIONS = 7;
const BACKGROUND_MS = 10_000;

/** Connects to a server of Spark Connect; the first call opens the connection. */
export function createRpc({ engine, address, sessionId, userAgent }: RpcSettings): SparkRpc {
  const connection = new Http2SessionManager(address.baseUrl);
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
  const failedCall = (purpose: Purpose): FailedCall => ({ engine, place: address.place, purpose });
  const running = new Set<Promise<void>>();
  let observed: string | undefined;

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

  return {
    client,
    identity,
    failureOf,
    remember,
    async errorOf(error, purpose) {
      if (!(error instanceof ConnectError || error instanceof RemoteError)) return error;
      return sparkFailure(failedCall(purpose), await failureOf(error));
    },
    async unary(send, { call, timeoutMs = TIMEOUT_MS } = {}) {
      for (let repetition = 0; ; repetition++) {
        try {
          const sent = send(identity(), { ...(timeoutMs > 0 ? { timeoutMs } : {}) });
          const answer = await (call === undefined ? sent : call.race(sent));
          remember(answer);
          return answer;
        } catch (error) {
          const failure = await failureOf(error);
          if (!failure.isCut || repetition >= REPETITIONS) throw new RemoteError(failure);
          await pause(repetition, call);
        }
      }
    },
    background(start) {
      const forget = (): void => void running.delete(done);
      const done: Promise<void> = start(identity(), { timeoutMs: BACKGROUND_MS }).then(forget, forget);
      running.add(done);
    },
    async close() {
      await Promise.all(running);
      connection.abort();
    },
  };
}
