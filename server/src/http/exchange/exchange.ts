import type { ErrorCode } from "../../core/index";
import type { KeyHolder, Person } from "../guard/principal";

/** The request as a handler sees it. Paths and queries are raw: still percent-encoded. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  readonly requestId: string;
  /** Null on routes that need no key, and for a signed-in person. */
  readonly principal: KeyHolder | null;
  /**
   * Takes the cost of this request from the caller's limits: a batch costs its ids. Every request has paid 1 when its
   * handler is called. Only the first call counts. Errors: `rate_limited`, `batch_exceeds_burst`.
   */
  spend(cost: number): undefined | Promise<void>;
  /** The cost of the request in rows, set by its handler: entities requested, or hits of a search. */
  rows: number;
  /** The signed-in person of a request without a key; null for all others. */
  readonly person: Person | null;
  /** The client's address; empty if it is not known. */
  readonly address: string;
  /** Aborts when the client disconnects before it has its response. */
  readonly gone: AbortSignal;
  /** Returns a header's value by its lower-case name. */
  header(name: string): string | undefined;
  /** Reads the body as text, once for all calls, up to the configured size. Errors: `body_too_large`. */
  body(): Promise<string>;
  /** Streams the body's bytes; the reader enforces the limit. Errors: `invalid_request` if the body is cut off. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** A response other than 200 with JSON. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  /** A text, bytes, or a stream of bytes; null: the status has no body. */
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Texts for `Set-Cookie`, each a header of its own. */
  readonly cookies?: readonly string[];
  /** The problem's code, for the log. */
  readonly code?: ErrorCode;
}

/** Answers a request; a string is a JSON text with status 200. Rejected requests throw `FeatstoreError`s. */
export type Handler = (request: ApiRequest) => string | Reply | Promise<string | Reply>;
