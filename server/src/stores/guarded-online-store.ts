import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import { createBatcher } from "./batcher";
import { type FoundViews, type OnlineStore, OnlineStoreError, type OnlineViewsRequest } from "./online-store";

/** How a guarded store answered: `absent`, that it does not hold the generation; `skipped`, that its breaker is open. */
export type GuardedOutcome = "answered" | "absent" | "timeout" | "failed" | "skipped";

export interface GuardedOnlineStoreOptions {
  /** Most that one read may take of its deadline, milliseconds; never more than half of it. Default 200. */
  readonly maxMs?: number;
  /** Failures in a row that open the breaker. Default 5. */
  readonly failures?: number;
  /** How long it stays open before one read tries again, milliseconds. Default 1,000. */
  readonly openMs?: number;
  readonly onOutcome?: (outcome: GuardedOutcome) => void;
}

/** With more, a request is asked by itself, so that the store reads the next while its rows are put together. */
const FEW_KEYS = 16;

/**
 * A store that may fail, hang or be slow, before another that answers in its place: it takes no more than half of a
 * read's deadline, and after some failures in a row is not asked for a while. Its failures are `undefined`.
 */
export function createGuardedOnlineStore(store: OnlineStore, options: GuardedOnlineStoreOptions = {}): OnlineStore {
  const { maxMs = 200, failures = 5, openMs = 1000, onOutcome } = options;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  const attempt = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => breaker.execute(() => within(maxMs, ask()));
  /** Who has less time than that says nothing of the store: the breaker does not count it. */
  const inTime = <Answer>({ deadlineMs }: { readonly deadlineMs: number }, answer: Promise<Answer>): Promise<Answer> =>
    deadlineMs / 2 < maxMs ? within(deadlineMs / 2, answer) : answer;
  /** `nothing`: what is given where the store failed. */
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

  /** What is asked in one turn has one timer, and fails once. */
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

/** Of no view. */
const NOTHING: FoundViews = [];

function outcomeOf(error: unknown, state: CircuitState): GuardedOutcome {
  if (error instanceof OnlineStoreError) return error.code === "timeout" ? "timeout" : "failed";
  return state === CircuitState.Closed ? "failed" : "skipped";
}

/** One timer for all that is asked, where a client's own would be one a command. */
function within<Answer>(milliseconds: number, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new OnlineStoreError("timeout", `no answer within ${milliseconds} ms`));
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
