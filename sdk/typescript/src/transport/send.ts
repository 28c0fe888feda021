import { AbortedError, ApiError, ConnectionError, FeatstoreError } from "../errors";
import { type RunningAttempt, runAttempt } from "./attempt";
import { type CallOptions, type DefaultLimits, limitsOfCall } from "./call-options";
import { type ClientHeaders, initOf, isRepeatable, queryString, type Sent, type SentInit } from "./http-request";
import type { LogFields, Logger } from "./logger";
import { pause } from "./pause";
import { causeOf, reasonOf, refusalOf } from "./read-answer";
import { decide, failureOf } from "./retry-rules";

/** Sends a request with `fetch`. */
export type SendOnce = (fetch: typeof globalThis.fetch, url: string, init: SentInit) => Promise<Response>;

/** A request, and how its answer is received. */
export interface Sending<Result> extends Sent, CallOptions {
  readonly accept: string;
  /** Sends an attempt; plain `fetch` by default. */
  readonly sendOnce?: SendOnce | undefined;
  /** Reads a successful answer, within the attempt. `url` has no query. */
  readonly read: (response: Response, url: string, running: RunningAttempt) => Promise<Result>;
  /** The answer is read further after the attempt. */
  readonly keepsOpen?: boolean;
}

/** The settings of a client for all of its requests. */
export interface Sender {
  readonly base: string;
  readonly headers: Omit<ClientHeaders, "accept">;
  readonly options: DefaultLimits & {
    readonly fetch?: typeof globalThis.fetch | undefined;
    readonly logger?: Logger | undefined;
  };
  /** Replaces the key in a text. */
  readonly scrub: (text: string) => string;
}

/** Sends a request, again after a failure that allows it. Throws only the errors of `errors.ts`. */
export async function send<Result>(sender: Sender, request: Sending<Result>): Promise<Result> {
  const { base, scrub, options } = sender;
  const { logger } = options;
  const { signal, method, path, read, keepsOpen, sendOnce = plainly } = request;
  const { timeoutMs, deadlineMs, retries } = limitsOfCall(request, options);
  const init = initOf(request, { ...sender.headers, accept: request.accept });
  const url = `${base}${path}`;
  const deadline = (request.callStart ?? performance.now()) + deadlineMs;
  let isFreeUsed = false;
  for (let attempt = 1; ; ) {
    const after = attempt === 1 ? "" : ` after ${attempt} attempts`;
    const startedAt = performance.now();
    const leftMs = deadline - startedAt;
    const isLast = leftMs < timeoutMs;
    let status = 0;
    const fieldsOf = (more: LogFields): LogFields => {
      return {
        method,
        path,
        attempt,
        ms: Math.round(performance.now() - startedAt),
        ...(status !== 0 && { status }),
        ...more,
      };
    };
    try {
      const result = await runAttempt(
        {
          signal,
          timeoutMs: isLast ? leftMs : timeoutMs,
          late: `No answer from ${base}${after} within ${isLast ? `the deadline of ${deadlineMs}` : timeoutMs} ms`,
        },
        async (running) => {
          // Looked up at each attempt, so that a later replacement of the global fetch takes effect.
          const fetch = options.fetch ?? globalThis.fetch;
          const response = await sendOnce(fetch, `${url}${queryString(request.query)}`, {
            ...init,
            signal: running.signal,
          });
          status = response.status;
          if (!response.ok) throw refusalOf(response, scrub(await response.text()), url);
          return read(response, url, running);
        },
        keepsOpen,
      );
      logger?.debug("Answered", fieldsOf({}));
      return result;
    } catch (caught) {
      const error = caught instanceof FeatstoreError ? caught : noAnswer(`${base}${after}`, caught, scrub);
      const failure = failureOf(error, status !== 0);
      const decision = decide({
        failure,
        waitsForLimit: request.callStart !== undefined,
        attempt,
        retries,
        isRepeatable: isRepeatable(request),
        isFreeUsed,
        random: Math.random(),
        leftMs: deadline - performance.now(),
      });
      const { code, requestId } = error instanceof ApiError ? error : { code: error.name, requestId: null };
      if ("stop" in decision) {
        logger?.[isExpected(error) ? "info" : "error"]("Failed", fieldsOf({ code, requestId, reason: decision.stop }));
        throw error;
      }
      const { pauseMs, isCounted } = decision;
      // The parts of a call exhaust the limit by themselves.
      const waits = !isCounted && failure.kind === "status";
      const fields = fieldsOf({ code, requestId, pauseMs: Math.round(pauseMs) });
      logger?.[waits ? "info" : "warn"](waits ? "Waits for the limit" : "Failed, will be repeated", fields);
      await pause(pauseMs, signal);
      if (isCounted) attempt += 1;
      isFreeUsed ||= failure.kind === "closed";
    }
  }
}

const plainly: SendOnce = (fetch, url, init) => fetch(url, init);

function noAnswer(from: string, caught: unknown, scrub: (text: string) => string): ConnectionError {
  const cause = causeOf(caught, scrub);
  return new ConnectionError(`No answer from ${from}: ${reasonOf(cause)}`, { cause });
}

/** True for an answer of the server that is no fault of it, and for an abort. */
function isExpected(error: FeatstoreError): boolean {
  return error instanceof AbortedError || (error instanceof ApiError && error.status < 500);
}
