import { expect, test } from "vitest";
import {
  type CatalogRelation,
  checkCatalog,
  checkDefinitions,
  type Definitions,
  type FeatureView,
} from "../../src/compiler";
import { count, entity, featureView, int64, source } from "../../src/index";

const user = entity({ name: "user", key: { user_id: int64() } });
const orders = { name: "orders", table: "shop.orders", history: "current" } as const;
const byUser = source({ ...orders, key: { user_id: int64() }, columns: {} });
const byOrder = source({ ...orders, key: { id: int64() }, columns: { user_id: int64() } });
const bare = source({ ...orders, key: { id: int64() }, columns: {} });
const parts = { name: "buying", version: 1, entity: user, features: () => ({ orders: count() }) } as const;
const view = featureView({ ...parts, from: byUser }).ir;
const only = (featureView: FeatureView): Definitions => ({ featureViews: [featureView], featureServices: [] });
const found: CatalogRelation = {
  ...{ state: "found", relation: { kind: "table", schema: "shop", table: "orders" }, schema: "shop" },
  columns: [
    { name: "id", type: "bigint", isEnum: false, nullable: false },
    { name: "user_id", type: "bigint", isEnum: false, nullable: false },
  ],
  ...{ uniqueKeys: [["id"]], primaryKey: ["id"], isReadable: true },
};

test("advises keyedBy if the source declares the entity's key besides its own", () => {
  const suggestionOf = (from: FeatureView["source"]) =>
    checkDefinitions(only({ ...view, source: from })).find(({ code }) => code === "key_missing")?.suggestion;
  expect(suggestionOf(byOrder.ir)).toContain('`orders.keyedBy("user_id")`');
  expect(suggestionOf(bare.ir)).toMatch(/`user_id`.*`\.from\("…"\)`/);
});

test("advises an index, keyedBy or a query if the source's key is not the table's key", () => {
  const against = (featureView: FeatureView) =>
    checkCatalog(only(featureView), { relations: [found], tableNames: [], hasVectorExtension: false });
  expect(against(view)).toMatchObject([
    {
      code: "key_not_unique",
      suggestion: expect.stringMatching(
        /`create unique index on "shop"."orders" \("user_id"\)`.*`key: \{ id: int64\(\) \}`.*`orders\.keyedBy\("user_id"\)`/,
      ),
    },
  ]);
  expect(against(featureView({ ...parts, from: byOrder.keyedBy("user_id") }).ir)).toEqual([]);
});

test("lists the grant on the schema first if the role lacks it", () => {
  const [unreadable] = checkCatalog(only(view), {
    relations: [{ ...found, isReadable: false, maySchemaBeUsed: false }],
    ...{ tableNames: [], hasVectorExtension: false },
  });
  expect(unreadable).toMatchObject({
    code: "relation_unreadable",
    suggestion: expect.stringContaining('`grant usage on schema "shop" to …; grant select on "shop"."orders" to …`'),
  });
});
