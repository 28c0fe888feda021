/** A response text with headers: for deprecated versions, or for conditional requests. */
export interface AnswerWithHeaders {
  readonly status: 200;
  readonly contentType: "application/json";
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A JSON text, with headers only if there are any. */
export type Answer = string | AnswerWithHeaders;
