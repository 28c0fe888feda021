import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkOut, spineSource } from "../../../src/cli/training-set/spine-source";
import { createParquetThread } from "../../../src/columnar/parquet/parquet-thread";
import { DatabaseError } from "../../../src/database/database-error";
import type { Engine } from "../../../src/engine/index";
import { defaultSpineLimits } from "../../../src/training-sets/spine/spine-limits";

const requests: string[] = [];
// A query calls only `readQuery`.
const engine = {
  async *readQuery(query: string) {
    requests.push(query);
    yield '{"track_id":7}';
  },
} as unknown as Engine;
const reading = { limits: defaultSpineLimits, parquet: createParquetThread({ memoryMb: 64 }) };
const io = { workingFolder: "/", signal: new AbortController().signal };

test.for([
  "delete from plays returning track_id",
  "  insert into plays values (1)",
  "update plays set at = now()",
  "with gone as (delete from plays returning *) select * from gone",
  "select 1; drop table plays",
  "truncate plays",
  "explain select 1",
])("rejects %s as a spine", async (sql) => {
  await expect(spineSource({ sql }, engine, reading, io)).rejects.toMatchObject({
    code: "query_not_select",
    where: "--sql",
  });
});

test.for([
  "select track_id, now() as as_of from plays;",
  "-- of late\nselect 'delete from; x' as label, \"update\" from plays",
  "with late as (select * from plays) select * from late",
  "values (1, now())",
])("%s is read", async (sql) => {
  const rows = [];
  for await (const row of (await spineSource({ sql }, engine, reading, io)).rows()) rows.push(row);
  expect(rows).toHaveLength(1);
  expect(requests.at(-1)).toBe(sql.replace(/;$/, ""));
});

test("PostgreSQL's error for the query names --sql", async () => {
  const refusing = {
    // biome-ignore lint/correctness/useYield: it fails before its first row
    async *readQuery() {
      throw new DatabaseError("statement_failed", 'column "nope" does not exist', "42703");
    },
  } as unknown as Engine;
  const read = async () => {
    for await (const _ of (await spineSource({ sql: "select nope from plays" }, refusing, reading, io)).rows());
  };
  await expect(read()).rejects.toMatchObject({
    code: "query_failed",
    message: expect.stringContaining('column "nope" does not exist'),
    where: "--sql",
  });
});

test("rejects --out in a missing folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "out-"));
  try {
    await writeFile(join(folder, "file"), "");
    await checkOut(join(folder, "o.csv"));
    for (const path of ["nodir/o.csv", "file/o.csv"])
      await expect(checkOut(join(folder, path))).rejects.toMatchObject({ code: "file_unwritable", where: "--out" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
