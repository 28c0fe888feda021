import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import { createBatcher } from "./batcher";
import { type FoundViews, type OnlineStore, OnlineStoreError, type OnlineViewsRequest } from "./online-store";

/** The outcome of a guarded read. `absent`: the store lacks the generation. `skipped`: the breaker is open. */
export type GuardedOutcome = "answered" | "absent" | "timeout" | "failed" | "skipped";

export interface GuardedOnlineStoreOptions {
  /** Maximum milliseconds of one read, and never more than half of its deadline. Default 200. */
  readonly maxMs?: number;
  /** Consecutive failures that open the breaker. Default 5. */
  readonly failures?: number;
  /** Milliseconds that the breaker stays open before one read probes the store. Default 1,000. */
  readonly openMs?: number;
  readonly onOutcome?: (outcome: GuardedOutcome) => void;
}

/** Requests with more keys are not batched, so that the store reads the next one while rows are assembled. */
const FEW_KEYS = 16;

/**
 * Wraps a store that may fail, hang or be slow and that has a fallback: a read takes at most half of its deadline, and after
 * consecutive failures the store is skipped for a while. Failures become `undefined`.
 */
export function createGuardedOnlineStore(store: OnlineStore, options: GuardedOnlineStoreOptions = {}): OnlineStore {
  const { maxMs = 200, failures = 5, openMs = 1000, onOutcome } = options;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  const attempt = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => breaker.execute(() => within(maxMs, ask()));
  /** A timeout of a shorter deadline does not count as a failure of the store. */
  const inTime = <Answer>({ deadlineMs }: { readonly deadlineMs: number }, answer: Promise<Answer>): Promise<Answer> =>
    deadlineMs / 2 < maxMs ? within(deadlineMs / 2, answer) : answer;
  /** Records the outcome; returns `nothing` if the store failed. */
  const reportOutcome = <Answer>(
    answer: Promise<Answer>,
    isAbsent: (value: Answer) => boolean,
    nothing: Answer,
  ): Promise<Answer> =>
    answer.then(
      (value) => {
        onOutcome?.(isAbsent(value) ? "absent" : "answered");
        return value;
      },
      (error: unknown) => {
        onOutcome?.(outcomeOf(error, breaker.state));
        return nothing;
      },
    );
  const { readViews } = store;
  return {
    ...store,
    ...(readViews === undefined ? {} : { readViews: viewsReader(readViews) }),
    read: (request) => {
      const answer = attempt(() => store.read(request));
      return reportOutcome(inTime(request, answer), (rows) => rows === undefined, undefined);
    },
    readVectors: (request) => store.readVectors(request).catch(() => undefined),
  };

  /** Requests of one turn share one timer and fail together. */
  function viewsReader(read: NonNullable<OnlineStore["readViews"]>): NonNullable<OnlineStore["readViews"]> {
    const readFew = createBatcher((requests: readonly OnlineViewsRequest[]) =>
      attempt(() => Promise.all(requests.map((request) => read(request)))),
    );
    return (request) => {
      const answer = request.keys.length <= FEW_KEYS ? readFew(request) : attempt(() => read(request));
      return reportOutcome(inTime(request, answer), (found) => found.every((rows) => rows === undefined), NOTHING);
    };
  }
}

/** The result without any view. */
const NOTHING: FoundViews = [];

function outcomeOf(error: unknown, state: CircuitState): GuardedOutcome {
  if (error instanceof OnlineStoreError) return error.code === "timeout" ? "timeout" : "failed";
  return state === CircuitState.Closed ? "failed" : "skipped";
}

/** Uses one timer per batch; a client timeout would need one per command. */
function within<Answer>(milliseconds: number, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new OnlineStoreError("timeout", `no response within ${milliseconds} ms`));
    }, milliseconds);
    answer.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
