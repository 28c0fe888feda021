import { type ErrorCode, FeatstoreError, parseQuery, problemOf, type Scope } from "../../core/index";
import type { ApiExchange } from "../exchange/api-exchange";
import type { Handler, Reply } from "../exchange/exchange";
import type { AccessLog } from "./access-log";
import { type AnonymousRequests, hasKey } from "./anonymous-requests";
import { authenticate } from "./authenticate";
import type { ClientAddresses } from "./client-address";
import type { CrossOrigin } from "./cross-origin";
import type { FailedAttempts } from "./failed-attempts";
import type { KeyAuthenticator, KeyHolder, SessionReader } from "./principal";
import type { RateLimitHeaders, RequestLimiter } from "./request-limiter";
import type { RequestMeter } from "./request-meter";
import type { RequestMetrics } from "./request-metrics";
import { hasOnlyCookie, personOf } from "./session-person";

export interface GuardOptions {
  readonly authenticator: KeyAuthenticator;
  readonly limiter: RequestLimiter;
  /** Null: nobody signs in. */
  readonly sessions: SessionReader | null;
  readonly failedAttempts: FailedAttempts;
  /** Null or undefined: every keyed operation needs a key. */
  readonly anonymous?: AnonymousRequests | null;
  readonly addresses: ClientAddresses;
  /** True if people reach this server by HTTPS: browsers then never use plain HTTP. */
  readonly isSecure?: boolean;
  /** Null or undefined: only pages of this server may call it in a browser. */
  readonly crossOrigin?: CrossOrigin | null;
  readonly meter: RequestMeter;
  readonly metrics: RequestMetrics;
  readonly accessLog: AccessLog;
  /** Called for every fault whose reason the answer does not tell, with the request's id. */
  readonly onFault: (error: unknown, requestId: string, code: ErrorCode) => void;
}

export interface Operation {
  /** The operation's name in the API, for usage. */
  readonly name: string;
  /** The route's pattern, for log and metrics; never the path itself. */
  readonly route: string;
  /** The scope that a key needs; null: no key is needed. */
  readonly scope: Scope | null;
  /** True if a signed-in person may call it with the session cookie instead of a key. */
  readonly sessions: boolean;
  /** True if a request without a key may reach the handler, where the operator allows it. */
  readonly anonymous?: boolean;
  /** True if its contract has parameters, or it ignores the query; otherwise any query is rejected. */
  readonly readsQuery: boolean;
  /** Set if the operation stays available when a quota of the month is used up. */
  readonly beyondQuota?: boolean;
  /** Set if the response counts as downloaded bytes. */
  readonly downloads?: boolean;
}

/** A complete response. */
export interface GuardedResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Reply["body"];
  readonly cookies?: readonly string[] | undefined;
}

type Answer = GuardedResponse | Promise<GuardedResponse>;

/** A handler with everything around it. */
export type Guarded = (exchange: ApiExchange) => Answer;

/**
 * Wraps a handler in one function, because a chain of middlewares costs a third of the throughput: request id, key,
 * limits, scope, the handler, problems, headers, metrics, log line. Answers synchronously if nothing has to be
 * waited for.
 */
export function guard(options: GuardOptions, operation: Operation, handler: Handler): Guarded {
  const { authenticator, sessions, limiter, failedAttempts, addresses, meter, metrics, accessLog, onFault } = options;
  const crossOrigin = options.crossOrigin ?? null;
  const isSecure = options.isSecure === true;
  const { name: operationName, route, scope, readsQuery, beyondQuota = false, downloads = false } = operation;

  const finish = (exchange: ApiExchange, reply: string | Reply): GuardedResponse => {
    const isText = typeof reply === "string";
    const status = isText ? 200 : reply.status;
    const milliseconds = performance.now() - exchange.started;
    metrics.observe(route, exchange.method, status, milliseconds / 1000);
    meter.count(exchange, operationName, status, milliseconds);
    accessLog(exchange, route, status, milliseconds, isText ? undefined : reply.code);
    const headers: Record<string, string> = {
      "content-type": isText ? "application/json" : reply.contentType,
      "x-content-type-options": "nosniff",
      "x-request-id": exchange.requestId,
    };
    if (isSecure) headers["strict-transport-security"] = STRICT_TRANSPORT;
    const { limits } = exchange;
    if (limits !== null) {
      headers["ratelimit-policy"] = limits["ratelimit-policy"];
      headers.ratelimit = limits.ratelimit;
    }
    if (!isText) for (const name in reply.headers) headers[name] = reply.headers[name] ?? "";
    if (crossOrigin !== null) crossOrigin.addTo(headers, exchange);
    return isText ? { status, headers, body: reply } : { status, headers, body: reply.body, cookies: reply.cookies };
  };

  const refuse = (exchange: ApiExchange, error: unknown): GuardedResponse => {
    const { requestId } = exchange;
    return finish(
      exchange,
      problemReply(error, requestId, (fault, code) => onFault(fault, requestId, code)),
    );
  };

  const handle = (exchange: ApiExchange): Answer => {
    try {
      if (!readsQuery && exchange.query !== "") parseQuery(exchange.query, []);
      const reply = handler(exchange);
      if (!(reply instanceof Promise)) return finish(exchange, reply);
      return reply.then(
        (done) => finish(exchange, done),
        (error: unknown) => refuse(exchange, error),
      );
    } catch (error) {
      return refuse(exchange, error);
    }
  };

  const enter = (exchange: ApiExchange, limits: RateLimitHeaders, needed: Scope): Answer => {
    exchange.limits = limits;
    const { principal } = exchange;
    return principal?.grants.has(needed) ? handle(exchange) : refuse(exchange, lacks(needed, principal));
  };

  const admit = (exchange: ApiExchange, holder: KeyHolder, needed: Scope): Answer => {
    exchange.principal = holder;
    exchange.limiter = limiter;
    try {
      if (downloads) limiter.requireDownload(holder);
      const limits = limiter.take(holder, 1, 0, beyondQuota);
      if (!(limits instanceof Promise)) return enter(exchange, limits, needed);
      return limits.then(
        (taken) => enter(exchange, taken, needed),
        (error: unknown) => refuse(exchange, error),
      );
    } catch (error) {
      return refuse(exchange, error);
    }
  };

  const reject = (exchange: ApiExchange, error: unknown): GuardedResponse => {
    if (!(error instanceof FeatstoreError) || !FAILED_ATTEMPTS.has(error.code)) return refuse(exchange, error);
    const { address } = exchange;
    try {
      failedAttempts.check(address);
    } catch (refusal) {
      return refuse(exchange, refusal);
    }
    failedAttempts.count(address);
    return refuse(exchange, error);
  };

  const enterAsPerson = async (exchange: ApiExchange, reader: SessionReader): Promise<GuardedResponse> => {
    try {
      exchange.person = await personOf(reader, exchange);
    } catch (error) {
      return refuse(exchange, error);
    }
    return handle(exchange);
  };

  const enterWithoutKey = async (exchange: ApiExchange, requests: AnonymousRequests): Promise<GuardedResponse> => {
    try {
      await requests.take(exchange.address);
    } catch (error) {
      return refuse(exchange, error);
    }
    return handle(exchange);
  };
  const anonymous = operation.anonymous === true ? (options.anonymous ?? null) : null;

  return (exchange) => {
    exchange.addresses = addresses;
    if (scope === null) return handle(exchange);
    if (operation.sessions && sessions !== null && hasOnlyCookie(exchange)) return enterAsPerson(exchange, sessions);
    if (anonymous !== null && !hasKey(exchange)) return enterWithoutKey(exchange, anonymous);
    try {
      const holder = authenticate(authenticator, exchange, failedAttempts);
      if (!(holder instanceof Promise)) return admit(exchange, holder, scope);
      return holder.then(
        (known) => admit(exchange, known, scope),
        (error: unknown) => reject(exchange, error),
      );
    } catch (error) {
      return reject(exchange, error);
    }
  };
}

/** For a year. Not for subdomains, which may be other people's. */
const STRICT_TRANSPORT = "max-age=31536000";

/** Errors of keys that an address may send only so often. */
const FAILED_ATTEMPTS: ReadonlySet<string> = new Set(["key_unknown", "key_malformed"]);

function lacks(scope: Scope, holder: KeyHolder | null): FeatstoreError {
  const scopes = (holder?.grants.texts ?? []).join(", ");
  return new FeatstoreError("scope_required", `This key lacks the scope "${scope}"; it has ${scopes}.`);
}

/** Codes whose reason only the log has: it may name files or quote the database. */
const LOGGED: ReadonlySet<ErrorCode> = new Set(["internal", "source_unavailable"]);

/**
 * Builds the response for anything that a handler threw, and reports what its answer does not tell. Anything but a
 * `FeatstoreError` becomes `internal`.
 */
function problemReply(error: unknown, requestId: string, onFault: (error: unknown, code: ErrorCode) => void): Reply {
  const problem = problemOf(error, requestId);
  if (LOGGED.has(problem.code)) onFault(error, problem.code);
  return {
    status: problem.status,
    contentType: "application/problem+json",
    body: JSON.stringify(problem),
    code: problem.code,
    ...(error instanceof FeatstoreError ? { headers: error.headers } : {}),
  };
}
