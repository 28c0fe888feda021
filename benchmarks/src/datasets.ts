import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ValueType } from "../../feature-definitions/src/compiler";
import type { Database } from "../../server/src/database/database";
import { createPostgresDatabase } from "../../server/src/database/postgres-database";
import { type SnapshotPlan, writeSnapshot } from "../../server/src/datasets/write/write-snapshot";
import type { Figure } from "./figure";
import { measurement, ratioOf, timed } from "./measurement";
import type { Options } from "./options";
import type { ReferenceDatabase } from "./reference-database";

const ROWS = 1_000_000;
const MEBIBYTE = 1_048_576;
const SAMPLE_MS = 20;

const TYPES: Readonly<Record<string, ValueType>> = {
  id: "int64",
  title: "string",
  artist: "string",
  genre: "string",
  plays: "int64",
  year: "int32",
  score: "float64",
  tempo: "float32",
  live: "bool",
  released: "date",
  seen: "timestamp",
  quality_score: "float64",
};

const TABLE = `create unlogged table dataset_rows as
  select id, 'Title number ' || (id * 7919 % 1000003) as title, 'Artist ' || (id % 5000) as artist,
    (array['rock', 'pop', 'jazz', 'folk', 'metal', 'hip hop'])[1 + id % 6] as genre, id * 2654435761 % 1000000000 as plays,
    (1950 + id % 76)::int as year, sin(id) as score, (60 + (id * 31 % 1400) / 10.0)::real as tempo, id % 9 = 0 as live,
    date '1950-01-01' + (id % 27000)::int as released, timestamptz '2026-01-01' + id * interval '1.000123 seconds' as seen,
    (id * 37 % 1000) / 1000.0::float8 as quality_score
  from generate_series(1::bigint, $rows) as id`;

/**
 * Measures how fast the rows of a dataset of 12 columns become a Parquet file, from one COPY stream, and how much memory the process
 * takes for it. The floor drains the same COPY. A table of ten times as many rows is written once, for its memory.
 */
export async function measureDatasets(
  { url, sql }: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  const rows = options.quick ? ROWS / 50 : ROWS;
  const database = createPostgresDatabase({ url });
  const fill = async (count: number) => {
    await sql.unsafe("drop table if exists dataset_rows");
    await sql.unsafe(TABLE.replace("$rows", String(count)));
    await sql.unsafe("create unique index on dataset_rows (id); analyze dataset_rows");
  };
  const times = { ours: [] as number[], floor: [] as number[] };
  const growth = { ours: [] as number[], floor: [] as number[] };
  try {
    await fill(rows);
    await write(database);
    for (let round = 0; round < options.rounds; round++) {
      report(`datasets: round ${round + 1} of ${options.rounds}`);
      for (const [kind, work] of [
        ["ours", write],
        ["floor", drain],
      ] as const) {
        const { milliseconds, mebibytes } = await observed(() => work(database));
        times[kind].push(milliseconds);
        growth[kind].push(mebibytes);
      }
    }
    report("datasets: ten times as many rows");
    await fill(rows * 10);
    const large = await observed(() => write(database));
    const notes = {
      rows,
      columns: Object.keys(TYPES).length,
      rowsPerSecond: times.ours.map((ms) => Math.round((rows / ms) * 1000)),
    };
    const [ours, floor] = [measurement(times.ours), measurement(times.floor)];
    const [memory, drained] = [measurement(growth.ours), measurement(growth.floor)];
    const many = measurement([large.mebibytes]);
    return [
      {
        name: "snapshot as Parquet",
        unit: "ms",
        ...{ ours, floorName: "COPY TO STDOUT, drained", floor, ratio: ratioOf(ours, floor) },
        // 100,000 rows per second.
        bar: { kind: "at most", value: rows / 100, of: "ours" },
        notes,
      },
      {
        name: "snapshot as Parquet: growth of the process",
        unit: "MiB",
        ...{ ours: memory, floorName: "COPY TO STDOUT, drained", floor: drained, ratio: ratioOf(memory, drained) },
        bar: { kind: "at most", value: 400, of: "ours" },
        notes,
      },
      {
        name: "snapshot as Parquet, ten times the rows: growth",
        unit: "MiB",
        ...{ ours: many, floorName: "the rows once", floor: memory, ratio: measurement([many.median / memory.median]) },
        bar: { kind: "at most", value: 400, of: "ours" },
        notes: { ...notes, rows: rows * 10, rowsPerSecond: Math.round((rows * 10_000) / large.milliseconds) },
      },
    ];
  } finally {
    await database.close();
    await sql.unsafe("drop table if exists dataset_rows");
  }
}

const SELECT = `select null as _excluded, ${Object.keys(TYPES).join(", ")} from dataset_rows order by id`;

async function write(database: Database): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-bench-"));
  const plan: SnapshotPlan = {
    columns: Object.entries(TYPES).map(([name, type]) => ({
      name,
      type,
      nullable: name !== "id",
      role: name === "id" ? "key" : "value",
    })),
    formats: ["parquet"],
    csv: { null: "", escapeFormulas: false },
    invalid: "refuse",
    split: null,
    maxFileBytes: 2 ** 30,
    folder,
    previous: null,
  };
  try {
    await writeSnapshot(plan, database.copyTo(SELECT));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function drain(database: Database): Promise<void> {
  for await (const _ of database.copyTo(SELECT));
}

/** Measures the time of `work`, and how much more memory the process had at most than before it. */
async function observed(
  work: () => Promise<void>,
): Promise<{ readonly milliseconds: number; readonly mebibytes: number }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, SAMPLE_MS);
  try {
    const { milliseconds } = await timed(work);
    return { milliseconds, mebibytes: (most - before) / MEBIBYTE };
  } finally {
    clearInterval(timer);
  }
}
