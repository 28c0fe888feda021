import { InvalidCallError } from "../errors";

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call with `AbortedError`, also between two attempts. */
  readonly signal?: AbortSignal;
  /** Milliseconds for an attempt, including its body; overrides the client's `timeoutMs`. */
  readonly timeoutMs?: number;
  /**
   * Milliseconds for all attempts and the pauses between them; overrides the client's `deadlineMs`. All requests of a large
   * batch share it, and each request of a stream has its own.
   */
  readonly deadlineMs?: number;
  /** Attempts after the first that fails; overrides the client's `retries`. */
  readonly retries?: number;
  /** Headers to add, for a proxy or a trace. They cannot replace those that the client sends itself. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Sent as `Idempotency-Key`, so that the call can be repeated after a failure without doing its work twice. Only for
   * calls that say so; any other throws `InvalidCallError`.
   */
  readonly idempotencyKey?: string;
}

/** The limits of a call, with defaults. */
export interface CallLimits {
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly retries: number;
}

/** A client's limits for its calls. */
export type DefaultLimits = { readonly [Name in keyof CallLimits]?: number | undefined };

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_DEADLINE_MS = 120_000;
const DEFAULT_RETRIES = 2;

/** Fills in and checks the limits of a call. Errors: `InvalidCallError`. */
export function limitsOfCall(call: CallOptions, client: DefaultLimits): CallLimits {
  const timeoutMs = call.timeoutMs ?? client.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadlineMs = call.deadlineMs ?? client.deadlineMs ?? Math.max(DEFAULT_DEADLINE_MS, timeoutMs);
  const retries = call.retries ?? client.retries ?? DEFAULT_RETRIES;
  for (const [name, value] of Object.entries({ timeoutMs, deadlineMs })) {
    if (!(value > 0)) throw new InvalidCallError(`${name} must be a number of milliseconds above 0, got ${value}`);
  }
  if (!Number.isInteger(retries) || retries < 0)
    throw new InvalidCallError(`retries must be a whole number from 0, got ${retries}`);
  return { timeoutMs, deadlineMs, retries };
}

/** Checks headers and writes their names in lower case. Errors: `InvalidCallError`, without the value, which may be secret. */
export function headersOf(headers: CallOptions["headers"] = {}): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^|~-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value))
      throw new InvalidCallError(`The header ${JSON.stringify(name)} has a name or a value that cannot be sent`);
    checked[name.toLowerCase()] = value;
  }
  return checked;
}

/** Picks the options of a call from those of a method. Those without a value are undefined, which is as good as absent. */
export function callOptionsOf(options: CallOptions): CallOptions {
  const { signal, timeoutMs, deadlineMs, retries, headers, idempotencyKey } = options;
  return { signal, timeoutMs, deadlineMs, retries, headers, idempotencyKey } as CallOptions;
}
