import { readFileSync, writeFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { elementTexts } from "./json-values";

/** The content of the file that `recordAnswers` writes. */
interface Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly single: Readonly<Record<string, string>>;
  readonly batch: {
    readonly headers: Readonly<Record<string, string>>;
    readonly columns: string;
    readonly views: string;
    readonly rows: Readonly<Record<string, string>>;
    readonly statuses: Readonly<
      Record<string, { readonly status: string; readonly statuses: readonly string[] | null }>
    >;
  };
}

interface SingleAnswer {
  readonly features: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly views: Readonly<Record<string, string>>;
}

/** The number of buckets that Featstore uses for a view's rows. */
const BUCKETS = 16;
const ROWS_AT_ONCE = 500;
const LETTERS: Readonly<Record<string, string>> = { complete: "c", missing: "m", expired: "e", unknown_entity: "u" };

/**
 * Packs recorded answers into Redis for `floors/online/hono-redis.mjs`, in both of its layouts, and writes the form of the
 * answer for that program. The rows hold only the requested features.
 */
export async function packFloorRows(redis: Redis, recordedFile: string, prefix: string, formFile: string) {
  const { headers, single, batch } = JSON.parse(readFileSync(recordedFile, "utf8")) as Recorded;
  const labels = JSON.parse(batch.views) as readonly string[];
  const columns = (JSON.parse(batch.columns) as readonly string[]).map((column) => {
    const dot = column.lastIndexOf(".");
    return { view: labels.indexOf(column.slice(0, dot)), name: column.slice(dot + 1) };
  });
  const isGrouped = columns.every(({ view }, index) => view >= (columns[index - 1]?.view ?? 0));
  if (!isGrouped) throw new Error(`The columns do not stand view by view: ${batch.columns}`);

  let pipeline = redis.pipeline();
  let waiting = 0;
  for (const [id, row] of Object.entries(batch.rows)) {
    const texts = elementTexts(row);
    const { status, statuses } = batch.statuses[id] ?? { status: "complete", statuses: null };
    const packed = labels.map((_, view) =>
      packRow(
        statuses?.[view] ?? status,
        texts.filter((_text, column) => columns[column]?.view === view),
      ),
    );
    pipeline.hset(`${prefix}:entity:${id}`, Object.fromEntries(packed.map((text, view) => [String(view), text])));
    for (const [view, text] of packed.entries())
      pipeline.hset(`${prefix}:bucket:${view}:${Number(id) % BUCKETS}`, id, text);
    if (++waiting % ROWS_AT_ONCE === 0) {
      await sent(pipeline);
      pipeline = redis.pipeline();
    }
  }
  await sent(pipeline);

  const complete = Object.values(single).find((text) => text.includes('"status":"complete"'));
  if (complete === undefined) throw new Error("No recorded answer is complete");
  const answer = JSON.parse(complete) as SingleAnswer;
  const form = {
    prefix,
    buckets: BUCKETS,
    headers,
    batchHeaders: batch.headers,
    columns: batch.columns,
    views_text: batch.views,
    key: /^\{"(\w+)":/.exec(complete)?.[1],
    completeTail: `},"status":"complete","views":${JSON.stringify(answer.views)}}`,
    views: labels.map((label, view) => {
      const names = columns.filter((column) => column.view === view).map(({ name }) => name);
      const shown = Object.keys(answer.features[label] ?? {});
      return {
        label,
        positions: shown.map((name) => names.indexOf(name)),
        prefixes: shown.map((name, index) => `${index === 0 ? "{" : ","}"${name}":`),
        start: 1 + 5 * (names.length + 1),
      };
    }),
  };
  writeFileSync(formFile, JSON.stringify(form));
}

async function sent(pipeline: ReturnType<Redis["pipeline"]>): Promise<void> {
  for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
}

function packRow(status: string, values: readonly string[]): string {
  const offset = (at: number) => at.toString(36).padStart(5, "0");
  let at = 0;
  const offsets = values.map((value) => {
    const own = at;
    at += value.length + 1;
    return offset(own);
  });
  return `${LETTERS[status] ?? "c"}${offsets.join("")}${offset(at)}${values.join(",")}`;
}
