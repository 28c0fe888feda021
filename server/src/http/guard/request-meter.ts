import type { ApiExchange } from "../exchange/api-exchange";

/** Counts the finished requests of keys, for quotas and for the history of usage. */
export interface RequestMeter {
  /** Counts a request; synchronous and cheap. Requests without a key are ignored. */
  count(exchange: ApiExchange, operation: string, status: number, milliseconds: number): void;
}
