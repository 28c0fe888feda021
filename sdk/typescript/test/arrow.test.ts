import { Table as ArrowTable, Float64, Int64, type List, tableToIPC, type Utf8, vectorFromArray } from "apache-arrow";
import { expect, expectTypeOf, test } from "vitest";
import { decodeBatch, type FeatureColumns } from "../src/arrow";
import { type Client, type FeatureBatchArrow, UnexpectedAnswerError, type Values } from "../src/index";
import type { listening, sounds } from "./support/listening";

function batchOf<Features = Values>(views: Readonly<Record<string, string>> = {}): FeatureBatchArrow<Features> {
  const table = new ArrowTable({
    track_id: vectorFromArray([7n, 8n], new Int64()),
    "listening@2.serial": vectorFromArray([9007199254740993n, null], new Int64()),
    "sounds.seconds": vectorFromArray([1.5, null], new Float64()),
    status: vectorFromArray(["complete", "missing"]),
    "status:listening@2": vectorFromArray(["complete", "missing"]),
  });
  table.schema.metadata.set("featstore.metadata", "{}");
  return { bytes: tableToIPC(table, "stream"), views, requestId: null };
}

test("a batch is decoded under the names that the client gives to features", () => {
  const table = decodeBatch(batchOf({ "listening@2": "listening" }));
  expect(table.schema.fields.map(({ name }) => name)).toEqual([
    ...["track_id", "listening.serial", "sounds.seconds", "status", "status:listening"],
  ]);
  expect(table.getChild("listening.serial")?.toJSON()).toEqual([9007199254740993n, null]);
  expect(table.get(0)?.toJSON()).toMatchObject({ track_id: 7n, "sounds.seconds": 1.5, "status:listening": "complete" });
  expect(table.schema.metadata.get("featstore.metadata")).toBe("{}");
  expect(decodeBatch(batchOf()).getChild("listening@2.serial")?.get(0)).toBe(9007199254740993n);
});

test("other bytes are an error", () => {
  const bytes = new TextEncoder().encode("<html>");
  expect(() => decodeBatch({ bytes, views: {}, requestId: null })).toThrow(UnexpectedAnswerError);
});

test("columns have the types of the definitions' features", () => {
  const use = async (client: Client, views: [typeof listening, typeof sounds]) => {
    const table = decodeBatch(await client.features.getBatchArrow({ ids: [7], features: views }));
    expectTypeOf(table.getChild("listening.serial")?.get(0)).toEqualTypeOf<bigint | null | undefined>();
    expectTypeOf(table.getChild("listening.plays_7d")?.get(0)).toEqualTypeOf<number | null | undefined>();
    expectTypeOf(table.getChild("status")?.get(0)).toEqualTypeOf<string | null | undefined>();
    // @ts-expect-error a feature that was not requested
    table.getChild("listening.plays_8d");
  };
  expectTypeOf(use).toBeFunction();
  type Columns = FeatureColumns<{ readonly v: { readonly tags: readonly string[] | null; readonly mode: "a" | "b" } }>;
  expectTypeOf<Columns["v.tags"]>().toEqualTypeOf<List<Utf8>>();
  expectTypeOf<Columns["v.mode"]>().toEqualTypeOf<Utf8>();
});
