import type { components } from "./generated/openapi";
import type { CallOptions, Transport } from "./transport";
import { type ListPromise, type Page, startList } from "./transport/call-promise";

type Schemas = components["schemas"];

/** A run that materialized a view, or tried to. Times are ISO 8601 in UTC. */
export type Run = Schemas["Run"];
export type RunState = Run["state"];

export interface ListRunsOptions extends CallOptions {
  /** `"speech_sentiment"` with all its versions, or `"speech_sentiment@2"`; all views by default. */
  readonly view?: string;
  readonly state?: RunState;
  /** Runs per page, 1 to 1,000; 50 by default. */
  readonly limit?: number;
  /** The id of a run: only runs before it. */
  readonly before?: string;
}

/** Reads the history of materializations. */
export interface Runs {
  /**
   * Lists runs, newest first. The promise gives one page; iteration reads on until the oldest run.
   *
   * @example
   * for await (const run of client.runs.list({ view: "speech_sentiment", state: "failed" })) console.log(run.failure?.code);
   */
  list(options?: ListRunsOptions): ListPromise<Run>;
}

export function createRuns(transport: Transport): Runs {
  const readPage = async (options: ListRunsOptions): Promise<Page<Run>> => {
    const { view, state, limit, before, ...call } = options;
    const { body, response } = await transport<Schemas["RunList"]>({
      ...call,
      method: "GET",
      path: "/api/runs",
      query: { view, state, limit: limit === undefined ? undefined : String(limit), before },
      expect: (answer) => Array.isArray(answer.runs),
    });
    const { runs, next } = body;
    return { data: runs, response, next: next === null ? undefined : () => readPage({ ...options, before: next }) };
  };
  return { list: (options = {}) => startList(() => readPage(options)) };
}
