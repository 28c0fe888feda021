import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import { type OnlineReadRequest, type OnlineStore, OnlineStoreError } from "./online-store";

/** How a guarded store answered: `absent`, that it does not hold the generation; `skipped`, that its breaker is open. */
export type GuardedOutcome = "answered" | "absent" | "timeout" | "failed" | "skipped";

export interface GuardedOnlineStoreOptions {
  /** Most that one read may take of its deadline, milliseconds; never more than half of it. Default 200. */
  readonly mostMs?: number;
  /** Failures in a row that open the breaker. Default 5. */
  readonly failures?: number;
  /** How long it stays open before one read tries again, milliseconds. Default 1,000. */
  readonly openMs?: number;
  readonly onOutcome?: (outcome: GuardedOutcome) => void;
}

/**
 * A store that may fail, hang or be slow, before another that answers in its place: it takes no more than half of a
 * read's deadline, and after some failures in a row is not asked for a while. Its failures are `undefined`.
 */
export function createGuardedOnlineStore(store: OnlineStore, options: GuardedOnlineStoreOptions = {}): OnlineStore {
  const { mostMs = 200, failures = 5, openMs = 1000, onOutcome } = options;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  const guarded = async <Answer>(
    { deadlineMs }: OnlineReadRequest,
    ask: () => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> => {
    try {
      const asked = (): Promise<Answer | undefined> => breaker.execute(() => within(mostMs, ask()));
      const limitMs = deadlineMs / 2;
      // Who has less time than that says nothing of the store: the breaker does not count it.
      const answer = await (limitMs < mostMs ? within(limitMs, asked()) : asked());
      onOutcome?.(answer === undefined ? "absent" : "answered");
      return answer;
    } catch (error) {
      onOutcome?.(outcomeOf(error, breaker.state));
      return undefined;
    }
  };
  const { readViews } = store;
  return {
    ...store,
    ...(readViews === undefined
      ? {}
      : {
          // One command, and so one failure.
          async readViews(requests: readonly OnlineReadRequest[]) {
            const [first] = requests;
            const found = first && (await guarded(first, async () => someOf(await readViews(requests))));
            return found ?? requests.map(() => undefined);
          },
        }),
    read: (request) => guarded(request, () => store.read(request)),
    readVectors: (request) => store.readVectors(request).catch(() => undefined),
  };
}

/** Undefined where there is none. */
function someOf<Rows>(found: readonly (Rows | undefined)[]): readonly (Rows | undefined)[] | undefined {
  return found.every((rows) => rows === undefined) ? undefined : found;
}

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
