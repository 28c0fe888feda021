import type { Context } from "hono";
import { FeatstoreError } from "../errors";
import type { KeyAuthenticator, KeyHolder } from "../services/key-authenticator";
import type { Scope } from "../services/keys";
import { parseQuery } from "../services/query-text";
import type { AccessRecord } from "./access-log";
import { authenticate } from "./authenticate";
import type { BurstLimiter, RateLimitHeaders } from "./burst-limit";
import type { ApiRequest, Handler, Reply } from "./exchange";
import type { FailedAttempts } from "./failed-attempts";
import { problemReply } from "./problem-reply";
import { readBody } from "./read-body";
import { requestIdOf } from "./request-id";
import type { RequestMetrics } from "./request-metrics";

export interface GuardOptions {
  readonly authenticator: KeyAuthenticator;
  readonly burstLimiter: BurstLimiter;
  readonly failedAttempts: FailedAttempts;
  readonly metrics: RequestMetrics;
  readonly accessLog: (record: AccessRecord) => void;
  /** Told of every internal fault, with the request's id. */
  readonly onInternal: (error: unknown, requestId: string) => void;
  readonly mostBodyBytes: number;
}

export interface Operation {
  /** The route's pattern, for log and metrics: never the path itself. */
  readonly route: string;
  /** The scope that a key needs; null: no key is needed. */
  readonly scope: Scope | null;
  /** Set where the handler looks at the query itself; else any query is refused. */
  readonly readsQuery: boolean;
}

/** What the Node adapter gives beside the request; absent where the app is called directly. */
interface NodeBindings {
  readonly incoming?: {
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly socket?: { readonly remoteAddress?: string | undefined };
  };
}

/**
 * Everything around a handler in one function, since a chain of middlewares costs a third of the throughput: request id,
 * key, scope, burst limit, the handler, problems, headers, metrics, log line. It answers without waiting where nothing
 * has to be waited for.
 */
export function guard(options: GuardOptions, operation: Operation, handler: Handler) {
  const { authenticator, burstLimiter, failedAttempts, metrics, accessLog, onInternal, mostBodyBytes } = options;
  const { route, scope, readsQuery } = operation;

  return (context: Context<{ Bindings: NodeBindings }>): Response | Promise<Response> => {
    const started = performance.now();
    const raw = context.req.raw;
    const incoming = context.env?.incoming;
    const header = (name: string): string | undefined => {
      if (incoming === undefined) return raw.headers.get(name) ?? undefined;
      const value = incoming.headers[name];
      return typeof value === "string" ? value : value?.[0];
    };
    const requestId = requestIdOf(header("x-request-id"));

    const finish = (reply: string | Reply, holder: KeyHolder | null, limits: RateLimitHeaders | null): Response => {
      const isText = typeof reply === "string";
      const status = isText ? 200 : reply.status;
      const milliseconds = performance.now() - started;
      metrics.observe(route, raw.method, status, milliseconds / 1000);
      accessLog({
        requestId,
        method: raw.method,
        route,
        status,
        milliseconds,
        keyId: holder?.keyId,
        code: isText ? undefined : reply.code,
      });
      const headers: Record<string, string> = {
        "content-type": isText ? "application/json" : reply.contentType,
        "x-request-id": requestId,
      };
      if (limits !== null) {
        headers["ratelimit-policy"] = limits["ratelimit-policy"];
        headers.ratelimit = limits.ratelimit;
      }
      if (!isText && reply.headers !== undefined) Object.assign(headers, reply.headers);
      return new Response(isText ? reply : reply.body, { status, headers });
    };
    const refuse = (error: unknown, holder: KeyHolder | null, limits: RateLimitHeaders | null): Response =>
      finish(
        problemReply(error, requestId, (fault) => onInternal(fault, requestId)),
        holder,
        limits,
      );

    const handle = (holder: KeyHolder | null, limits: RateLimitHeaders | null): Response | Promise<Response> => {
      try {
        const reply = handler(requestOf(raw, requestId, holder, header, mostBodyBytes, readsQuery));
        if (!(reply instanceof Promise)) return finish(reply, holder, limits);
        return reply.then(
          (done) => finish(done, holder, limits),
          (error: unknown) => refuse(error, holder, limits),
        );
      } catch (error) {
        return refuse(error, holder, limits);
      }
    };

    if (scope === null) return handle(null, null);

    const admit = (holder: KeyHolder): Promise<Response> =>
      burstLimiter.take(holder.keyId).then(
        (limits) => (holder.scopes.has(scope) ? handle(holder, limits) : refuse(lacks(scope, holder), holder, limits)),
        (error: unknown) => refuse(error, holder, null),
      );
    const address = incoming?.socket?.remoteAddress ?? "";
    const turnAway = (error: unknown): Response => {
      if (error instanceof FeatstoreError && error.code === "key_unknown") failedAttempts.count(address);
      return refuse(error, null, null);
    };
    try {
      const holder = authenticate(authenticator, header("authorization"), header("x-api-key"), () =>
        failedAttempts.check(address),
      );
      return holder instanceof Promise ? holder.then(admit, turnAway) : admit(holder);
    } catch (error) {
      return turnAway(error);
    }
  };
}

function lacks(scope: Scope, holder: KeyHolder): FeatstoreError {
  return new FeatstoreError("scope_required", `This key lacks the scope "${scope}"; it has ${[...holder.scopes].join(", ")}.`);
}

function requestOf(
  raw: Request,
  requestId: string,
  principal: KeyHolder | null,
  header: (name: string) => string | undefined,
  mostBodyBytes: number,
  readsQuery: boolean,
): ApiRequest {
  const { url } = raw;
  const pathStart = url.indexOf("/", url.indexOf("//") + 2);
  const hash = url.indexOf("#", pathStart);
  const end = hash === -1 ? url.length : hash;
  const mark = url.indexOf("?", pathStart);
  const pathEnd = mark === -1 || mark > end ? end : mark;
  const query = pathEnd === end ? "" : url.slice(pathEnd + 1, end);
  if (!readsQuery && query !== "") parseQuery(query, []);
  return {
    method: raw.method,
    path: url.slice(pathStart, pathEnd),
    query,
    requestId,
    principal,
    header,
    body: () => readBody(raw, header("content-length"), mostBodyBytes),
  };
}
