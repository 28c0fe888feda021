import { expect, test } from "vitest";
import { spineSource } from "../../../src/commands/training-set/spine-source";
import type { TrainingSetStore } from "../../../src/stores/training-set-store";

const asked: string[] = [];
// Only `readQuery` is called for a query.
const store = {
  async *readQuery(query: string) {
    asked.push(query);
    yield '{"track_id":7}';
  },
} as unknown as TrainingSetStore;
const io = { workingFolder: "/", signal: new AbortController().signal };

test.for([
  "delete from plays returning track_id",
  "  insert into plays values (1)",
  "update plays set at = now()",
  "with gone as (delete from plays returning *) select * from gone",
  "select 1; drop table plays",
  "truncate plays",
  "explain select 1",
])("%s is no spine", async (sql) => {
  await expect(spineSource({ sql }, store, io)).rejects.toMatchObject({
    code: "query_not_select",
    message: expect.stringContaining("only one select gives a spine"),
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
  for await (const row of (await spineSource({ sql }, store, io)).rows()) rows.push(row);
  expect(rows).toHaveLength(1);
  expect(asked.at(-1)).toBe(sql.replace(/;$/, ""));
});
