import { type ClientRequest, createHttpClient } from "./http-client";

export interface RateOptions {
  readonly origin: string;
  /** Sent in turn. */
  readonly requests: readonly ClientRequest[];
  /** Requests per second. */
  readonly rate: number;
  /** The minimum duration; longer while `until` is not settled. */
  readonly seconds: number;
  readonly until?: Promise<unknown>;
}

/** The maximum delay of a timer: the rest of a wait is busy. */
const TIMER_MS = 2;

/**
 * Sends requests at fixed times, whether or not the earlier ones are answered, and returns each one's milliseconds from the
 * time at which it was due. If the server stalls, every request that was due meanwhile counts. The generator's own delay
 * counts against the server too.
 * Errors: any request that fails.
 */
export async function driveAtRate({ origin, requests, rate, seconds, until }: RateOptions): Promise<readonly number[]> {
  const client = createHttpClient(origin);
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  let settled = until === undefined;
  const settle = () => {
    settled = true;
  };
  until?.then(settle, settle);
  let fault: unknown;
  try {
    const begun = performance.now() + TIMER_MS;
    for (let index = 0; fault === undefined; index++) {
      const due = begun + (index * 1000) / rate;
      if (settled && due - begun >= seconds * 1000) break;
      await untilDue(due);
      const request = requests[index % requests.length];
      if (request === undefined) throw new Error("there is no request to send");
      const response = client.send(request).then(
        () => void latencies.push(performance.now() - due),
        (error: unknown) => {
          fault = error;
        },
      );
      pending.push(response);
    }
    await Promise.all(pending);
  } finally {
    client.close();
  }
  if (fault !== undefined) throw fault;
  return latencies;
}

async function untilDue(due: number): Promise<void> {
  const left = due - performance.now() - TIMER_MS;
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
}
