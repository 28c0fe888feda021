import { limitsOf, type RateLimit } from "./rate-limit";

/** An answer besides its content. */
export interface ResponseInfo {
  readonly status: number;
  readonly headers: Headers;
  /** The request's id in the server's logs; null if the answer had none. */
  readonly requestId: string | null;
  /** The limits of the key and what is left of them; empty if the answer had none. */
  readonly limits: readonly RateLimit[];
}

/** The result of a call, with the answer that it came in. */
export interface WithResponse<Data> {
  readonly data: Data;
  /** Of a call that took several requests, the last one's. */
  readonly response: ResponseInfo;
}

/**
 * The promise of a call's result.
 *
 * @example
 * const { data, response } = await client.features.get(7).withResponse();
 * console.log(data.status, response.status, response.limits);
 */
export interface CallPromise<Data> extends Promise<Data> {
  /** Gives the result together with the answer's status, headers, request id and remaining limits. */
  withResponse(): Promise<WithResponse<Data>>;
}

/**
 * The promise of a list, which can be iterated, too. Iteration follows the pages of a list that has several; the promise
 * gives the first.
 *
 * @example
 * for await (const view of client.featureViews.list()) console.log(view.name);
 */
export interface ListPromise<Item> extends CallPromise<readonly Item[]>, AsyncIterable<Item> {}

/** A page of a list; `next` reads the one after it and is absent on the last. */
export interface Page<Item> extends WithResponse<readonly Item[]> {
  readonly next?: (() => Promise<Page<Item>>) | undefined;
}

/** Starts a call. */
export function startCall<Data>(call: () => Promise<WithResponse<Data>>): CallPromise<Data> {
  const answered = call();
  const promise = answered.then(({ data }) => data);
  return Object.assign(promise, {
    withResponse() {
      promise.catch(ignore); // the failure is that of the returned promise
      return answered.then(({ data, response }) => ({ data, response }));
    },
  });
}

/** Starts a call that gives a list. */
export function startList<Item>(call: () => Promise<Page<Item>>): ListPromise<Item> {
  const first = call();
  const promise = startCall(() => first);
  return Object.assign(promise, {
    async *[Symbol.asyncIterator]() {
      promise.catch(ignore);
      for (let page: Page<Item> | undefined = await first; page !== undefined; page = await page.next?.())
        yield* page.data;
    },
  });
}

/** Describes a response. */
export function infoOf({ status, headers }: Response): ResponseInfo {
  return {
    status,
    headers,
    requestId: headers.get("x-request-id"),
    // Parsed only for those who read it.
    get limits() {
      return limitsOf(headers.get("ratelimit"));
    },
  };
}

function ignore(): void {}
