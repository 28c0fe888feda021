import { expect, test } from "vitest";
import { createGrants } from "../../src/core/scopes";
import type { Database } from "../../src/database/database";
import { createExampleReads } from "../../src/serving/example-read";
import { play, registered, snapshotOf } from "../helpers/serving-fixture";

const snapshot = snapshotOf(1, [
  registered({ name: "by_play", features: { plays: "int64" }, entity: play }),
  registered({ name: "empty", features: { plays: "int64" }, generation: null }),
  registered({ name: "vectors", features: { lyrics: "vector(3)" } }),
  registered({ name: "profile", features: { title: "string", lyrics: "vector(3)" } }),
]);
const database = { query: async () => [{ id: "7" }] } as unknown as Pick<Database, "query">;
const find = createExampleReads({ current: () => ({ snapshot }) } as never, database);

test.each([
  [["features:read"], { view: "profile", embedding: null, id: "7" }],
  [["embeddings:read"], { view: "vectors", embedding: "lyrics", id: "7" }],
  [["embeddings:read:pro*"], { view: "profile", embedding: "lyrics", id: "7" }],
  [["features:read:unknown", "embeddings:read"], { view: "vectors", embedding: "lyrics", id: "7" }],
  [["features:read:vectors"], null],
  [["features:read:empty", "keys:read"], null],
])("a key with %j gets the read %j", async (scopes, example) => {
  expect(await find(createGrants(scopes), null)).toEqual(example);
});
