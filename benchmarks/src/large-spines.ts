import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { createParquetThread } from "../../server/src/columnar/parquet/parquet-thread";
import { startServer } from "./child-process";
import { featstoreCommand } from "./featstore-cli";
import type { Figure } from "./figure";
import { measurement, ratioOf } from "./measurement";
import type { Options } from "./options";
import type { ReferenceDatabase } from "./reference-database";
import { createKeys, freePort, servingEnvironment } from "./serving";

const AS_OF = "2026-01-01T00:00:00Z";
const FEATURES = "lyric_sentiment";
/** Raised column limit, so that the server processes a wide spine. */
const WIDTH = 5000;
const IDLE_MS = 3000;
const BAR_MS = 50;

interface Spine {
  readonly name: string;
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly format: "parquet" | "csv" | "jsonl";
}

const columnsOf = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `column_${index}`);

async function parquetOf(columns: readonly string[], rows: number, cell: string, type: "string" | "int64") {
  const thread = createParquetThread({ memoryMb: 2048 });
  const session = thread.openWrite();
  try {
    await session.call("beginFile", [
      { name: "track_id", type: "int64" },
      { name: "as_of", type: "string" },
      ...columns.map((name) => ({ name, type })),
    ]);
    const row = ["1", `"${AS_OF}"`, ...columns.map(() => cell)];
    const parts: Uint8Array[] = [];
    for (let each = 0; each < rows; each++) parts.push(...(await session.call("writeRows", [row])));
    parts.push(...(await session.call("endFile", null)));
    return new Uint8Array(Buffer.concat(parts));
  } finally {
    session.end();
  }
}

async function spines(): Promise<readonly Spine[]> {
  const wide = columnsOf(WIDTH - 2);
  const csv = (name: string, body: string, format: Spine["format"] = "csv"): Spine => ({
    name,
    type: "text/csv",
    body,
    format,
  });
  const parquet = (name: string, body: Uint8Array<ArrayBuffer>, format: Spine["format"]): Spine => ({
    name,
    type: "application/vnd.apache.parquet",
    body,
    format,
  });
  const header = (columns: readonly string[]) => `track_id,as_of,${columns.join(",")}\n`;
  const values = `1,${AS_OF},${wide.map((_, index) => index).join(",")}\n`;
  const row = (columns: readonly string[]) =>
    JSON.stringify({ track_id: 1, as_of: AS_OF, ...Object.fromEntries(columns.map((name) => [name, 1])) });
  return [
    csv("a CSV header of 50,000 columns", header(columnsOf(50_000))),
    csv("a CSV field of 20 MB", `${header(["t"])}1,${AS_OF},${"x".repeat(2e7)}\n`),
    csv("five million commas", `${header(["t"])}${",".repeat(5e6)}\n`),
    {
      name: "a JSON line of 20,000 columns",
      type: "application/x-ndjson",
      body: row(columnsOf(20_000)),
      format: "csv",
    },
    parquet("Parquet of 20,000 columns", await parquetOf(columnsOf(20_000), 1, "1", "int64"), "csv"),
    parquet(
      "Parquet of 2,000 texts of 100 KB",
      await parquetOf(["t"], 2000, `"${"x".repeat(1e5)}"`, "string"),
      "parquet",
    ),
    csv("CSV of 5,000 columns × 100, to Parquet", header(wide) + values.repeat(100), "parquet"),
    csv("CSV of 5,000 columns × 100, to JSON Lines", header(wide) + values.repeat(100), "jsonl"),
    parquet("Parquet of 5,000 columns × 100, to CSV", await parquetOf(wide, 100, "1", "int64"), "csv"),
  ];
}

/**
 * Measures the longest wait of `/livez` while a server reads or rejects a large spine or makes its training set, compared
 * with the longest wait of the same server when idle.
 */
export async function measureLargeSpines(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  const [key = ""] = await createKeys(database, 1);
  report("large-spines: making the spines");
  const kinds = await spines();
  const port = await freePort();
  const server = await startServer({
    command: featstoreCommand("serve"),
    environment: {
      ...servingEnvironment(database, folder, port),
      FEATSTORE_TRAINING_COLUMNS: String(WIDTH),
    },
    origin: `http://127.0.0.1:${port}`,
    firstRequest: { path: "/readyz", headers: {} },
    logFile: join(folder, "server.log"),
  });
  try {
    const idle: number[] = [];
    const waits = new Map(kinds.map(({ name }) => [name, [] as number[]]));
    const outcomes = new Map<string, string>();
    for (let round = 0; round < options.rounds; round++) {
      report(`large-spines: round ${round + 1} of ${options.rounds}`);
      idle.push(await maxWait(server.origin, () => sleep(IDLE_MS)));
      for (const kind of kinds) {
        const wait = await maxWait(server.origin, async () => {
          outcomes.set(kind.name, await outcomeOf(server.origin, key, kind));
        });
        waits.get(kind.name)?.push(wait);
      }
    }
    const floor = measurement(idle);
    return [...waits].map(([name, rounds]) => {
      const ours = measurement(rounds);
      return {
        name: `longest wait of /livez: ${name}`,
        unit: "ms",
        ours,
        floorName: "an idle server",
        floor,
        ratio: ratioOf(ours, floor),
        bar: { kind: "at most", value: BAR_MS, of: "ours" },
        notes: { outcome: outcomes.get(name), memory: server.memory() },
      };
    });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function maxWait(origin: string, work: () => Promise<unknown>): Promise<number> {
  const poll = new Worker(new URL("./poll-livez.mjs", import.meta.url), { workerData: { origin } });
  try {
    await once(poll, "message");
    await work();
    poll.postMessage("stop");
    const [maxGapMs] = (await once(poll, "message")) as [number];
    return maxGapMs;
  } finally {
    await poll.terminate();
  }
}

/** Returns the error code or the training set's final state. An error may be lost while the body is still being sent. */
async function outcomeOf(origin: string, key: string, { type, body, format }: Spine): Promise<string> {
  const headers = { authorization: `Bearer ${key}` };
  const path = `/api/training-sets?features=${FEATURES}&format=${format}`;
  const sent = await fetch(`${origin}${path}`, {
    method: "POST",
    headers: { ...headers, "content-type": type },
    body,
  }).catch(() => undefined);
  if (sent === undefined) return "closed";
  const answer = (await sent.json()) as { readonly code?: string; readonly id: string };
  if (answer.code !== undefined) return answer.code;
  for (;;) {
    const polled = await fetch(`${origin}/api/training-sets/${answer.id}`, { headers });
    const { state, failure } = (await polled.json()) as {
      readonly state: string;
      readonly failure: { readonly code: string } | null;
    };
    if (!["loading", "queued", "running"].includes(state)) return failure?.code ?? state;
    await sleep(50);
  }
}
