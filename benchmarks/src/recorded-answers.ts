import { writeFileSync } from "node:fs";

export interface RecordOptions {
  readonly origin: string;
  readonly keys: readonly string[];
  readonly ids: readonly number[];
  readonly path: (id: number) => string;
  readonly service: string;
  /** The file for the floor. */
  readonly file: string;
}

export interface RecordedAnswers {
  /** The size of one answer of each kind. */
  readonly bytes: { readonly single: number; readonly batch: number };
  /** Fails if a server's answers to a sample of requests differ from the recorded ones, including header names. */
  requireEqualAnswers(origin: string, batchSize: number): Promise<void>;
}

const AT_ONCE = 16;
const SAMPLE = 200;
const PER_BATCH = 500;
/** Headers that the adapter sets for ours and the floor. */
const ADAPTERS_OWN = new Set(["date", "connection", "keep-alive", "content-length", "transfer-encoding"]);

interface BatchAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly unknown[];
  readonly views: readonly string[];
  readonly status: readonly string[];
}

/** Records every entity's answer, for the floor to return and for comparisons. */
export async function recordAnswers(options: RecordOptions): Promise<RecordedAnswers> {
  const { origin, keys, ids, path, service } = options;
  // The load generator does not accept compressed answers either.
  const authorization = (index: number) => ({
    authorization: `Bearer ${keys[index % keys.length]}`,
    "accept-encoding": "identity",
  });
  const get = async (from: string, id: number, index: number): Promise<Response> => {
    const response = await fetch(`${from}${path(id)}`, { headers: authorization(index) });
    if (!response.ok) throw new Error(`${path(id)}: ${response.status} ${await response.text()}`);
    return response;
  };
  const post = async (from: string, batch: readonly number[], index: number): Promise<Response> => {
    const response = await fetch(`${from}/api/features/batch`, {
      method: "POST",
      headers: { ...authorization(index), "content-type": "application/json" },
      body: JSON.stringify({ ids: batch, service }),
    });
    if (!response.ok) throw new Error(`batch: ${response.status} ${await response.text()}`);
    return response;
  };

  const single: Record<string, string> = {};
  await atOnce(ids, async (id, index) => {
    single[id] = await (await get(origin, id, index)).text();
  });
  const rows: Record<string, string> = {};
  const statuses: Record<string, { readonly status: string; readonly statuses: readonly string[] | null }> = {};
  const chunks = Array.from({ length: Math.ceil(ids.length / PER_BATCH) }, (_, index) =>
    ids.slice(index * PER_BATCH, (index + 1) * PER_BATCH),
  );
  let batchHead: BatchAnswer | undefined;
  for (const [index, chunk] of chunks.entries()) {
    const text = await (await post(origin, chunk, index)).text();
    const answer = JSON.parse(text) as BatchAnswer & { readonly statuses?: readonly (readonly string[])[] };
    batchHead ??= answer;
    const texts = rowTexts(text, answer.rows.length);
    chunk.forEach((id, position) => {
      rows[id] = texts[position] ?? "";
      statuses[id] = { status: answer.status[position] ?? "", statuses: answer.statuses?.[position] ?? null };
    });
  }
  const [first = 1] = ids;
  const data = {
    headers: headersOf(await get(origin, first, 0)),
    single,
    batch: {
      headers: headersOf(await post(origin, [first], 0)),
      columns: JSON.stringify(batchHead?.columns),
      views: batchHead?.views === undefined ? null : JSON.stringify(batchHead.views),
      rows,
      statuses,
    },
  };
  writeFileSync(options.file, JSON.stringify(data));

  const sample = Array.from({ length: SAMPLE }, (_, index) => ids[Math.floor((index * ids.length) / SAMPLE)] ?? first);
  const batches = (size: number) => [repeated(sample, size), repeated([...sample].reverse(), size)];
  const expected = new Map<string, string>();
  return {
    bytes: {
      single: single[first]?.length ?? 0,
      batch: (await (await post(origin, batches(100)[0] ?? [], 0)).text()).length,
    },
    async requireEqualAnswers(from, batchSize) {
      const names = (headers: Readonly<Record<string, string>>) => Object.keys(headers).sort().join(" ");
      for (const [index, id] of sample.entries()) {
        const response = await get(from, id, index);
        const body = await response.text();
        if (body !== single[id])
          throw new Error(`${from} answers ${path(id)} with\n${body}\nand not with\n${single[id]}`);
        if (names(headersOf(response)) !== names(data.headers))
          throw new Error(`${from} sends other headers: ${names(headersOf(response))}`);
      }
      for (const [index, batch] of batches(batchSize).entries()) {
        const body = await (await post(from, batch, index)).text();
        const key = batch.join();
        const reference = expected.get(key) ?? (await (await post(origin, batch, index)).text());
        expected.set(key, reference);
        if (body !== reference) throw new Error(`${from} answers a batch with\n${body}\nand not with\n${reference}`);
      }
    },
  };
}

/** Repeats the items up to a count. */
function repeated<T>(items: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, index) => items[index % items.length]).filter((item) => item !== undefined);
}

function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries([...response.headers].filter(([name]) => !ADAPTERS_OWN.has(name)));
}

/** Splits an answer into the text of each row: parsing and serializing could change a digit. */
function rowTexts(text: string, count: number): string[] {
  const texts: string[] = [];
  let depth = 0;
  let inString = false;
  let start = -1;
  for (let at = text.indexOf('"rows":[') + 7; texts.length < count && at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") {
      depth++;
      if (depth === 2 && character === "[") start = at;
    } else if (character === "]" || character === "}") {
      depth--;
      if (depth === 1) texts.push(text.slice(start, at + 1));
    }
  }
  return texts;
}

async function atOnce<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      const item = items[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
