import type { ClientAddresses } from "../guard/client-address";
import type { KeyHolder, Person } from "../guard/principal";
import type { RateLimitHeaders, RequestLimiter } from "../guard/request-limiter";
import type { ApiRequest } from "./exchange";
import { requestIdOf } from "./request-id";
import type { RequestSource } from "./request-source";

/**
 * One request in progress. A class, because there is one per request: closures over the same values would cost several
 * allocations each time.
 */
export class ApiExchange implements ApiRequest {
  readonly started = performance.now();
  readonly path: string;
  readonly query: string;
  readonly requestId: string;
  principal: KeyHolder | null = null;
  person: Person | null = null;
  limits: RateLimitHeaders | null = null;
  /** The guard sets these. */
  limiter: RequestLimiter | null = null;
  addresses: ClientAddresses | null = null;
  private isPaid = false;
  rows = 0;

  /** `target`: the path and the query as they were sent. */
  constructor(
    readonly method: string,
    target: string,
    private readonly source: RequestSource,
  ) {
    this.requestId = requestIdOf(source.header("x-request-id"));
    const mark = target.indexOf("?");
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? "" : target.slice(mark + 1);
  }

  header(name: string): string | undefined {
    return this.source.header(name);
  }

  body(): Promise<string> {
    return this.source.body();
  }

  bytes(): AsyncIterable<Uint8Array> {
    return this.source.bytes();
  }

  spend(cost: number): undefined | Promise<void> {
    const { limiter, principal } = this;
    // A read that is repeated on a newer generation is still one request.
    if (limiter === null || principal === null || this.isPaid) return undefined;
    this.isPaid = true;
    this.rows = cost;
    const limits = limiter.take(principal, cost, 1);
    if (limits instanceof Promise) {
      return limits.then((taken) => {
        this.limits = taken;
      });
    }
    this.limits = limits;
    return undefined;
  }

  get gone(): AbortSignal {
    return this.source.gone;
  }

  get address(): string {
    const { address } = this.source;
    return this.addresses === null ? address : this.addresses.of(address, this.header("x-forwarded-for"));
  }
}
