import { join } from "node:path";
import { type RecordedAnswers, recordAnswers } from "../recorded-answers";
import { packFloorRows } from "./floor-rows";
import type { OnlineContext } from "./online-context";

/** The features and entities to read. */
export interface ReadSelection {
  /** `50 int64`, `tracks`. */
  readonly name: string;
  readonly service: string;
  readonly ids: readonly number[];
}

export function singlePathOf({ service }: ReadSelection, id: number): string {
  return `/api/features/${id}?service=${service}`;
}

/** Recorded answers, for the floors to return and to compare ours with. */
export interface RecordedSelection {
  readonly answers: RecordedAnswers;
  /** For `floors/http/bare.mjs` and `floors/online/node-http.mjs`. */
  readonly file: string;
  /** For `floors/online/hono-redis.mjs`; null without Redis. */
  readonly formFile: string | null;
}

/** Records every entity's answer from the server at `origin`. */
export async function recordSelection(
  { folder, keys, redis, report }: OnlineContext,
  selection: ReadSelection,
  origin: string,
): Promise<RecordedSelection> {
  report(`online: reading every answer of ${selection.service}, for the floors to have them`);
  const { service, ids } = selection;
  const file = join(folder, `${service}.json`);
  const answers = await recordAnswers({ origin, keys, ids, path: (id) => singlePathOf(selection, id), service, file });
  const formFile = join(folder, `${service}-form.json`);
  if (redis !== null) await packFloorRows(redis.client, file, `floor:${service}`, formFile);
  return { answers, file, formFile: redis === null ? null : formFile };
}
