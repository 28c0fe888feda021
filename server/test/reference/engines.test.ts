import { int64, source } from "@featstore/definitions";
import { expect, test } from "vitest";
import { describeSource } from "../../src/reference/describe-source";
import { sourceRows } from "../../src/reference/markdown-source";

const rest = { name: "plays", key: { song_id: int64() }, columns: {} };

test.each([
  [source({ ...rest, engine: "lake", path: "plays/*.parquet" }), ["plays/*.parquet", "lake"]],
  [source({ ...rest, engine: "warehouse", table: "public.plays" }), ["public.plays", "warehouse"]],
  [source({ ...rest, engine: "lake", query: "select 1" }), ["query", "lake"]],
])("the page names the engine of a source, and its files", ({ ir }, words) => {
  const [[title, text] = []] = sourceRows(describeSource(ir));
  expect(title).toBe("source");
  for (const word of words) expect(text).toContain(word);
});
