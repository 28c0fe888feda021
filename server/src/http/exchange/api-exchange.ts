import type { RateLimitHeaders } from "../guard/burst-limit";
import type { KeyHolder, Person } from "../guard/principal";
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

  get gone(): AbortSignal {
    return this.source.gone;
  }

  get address(): string {
    return this.source.address;
  }
}
