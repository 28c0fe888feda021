import { expect, test } from "vitest";
import {
  type CatalogRelation,
  checkCatalog,
  checkDefinitions,
  count,
  entity,
  featureView,
  int64,
  source,
} from "../../src/index";

const user = entity({ name: "user", key: { user_id: int64() } });
const ordersBy = <Key extends "id" | "user_id">(key: Key, columns: Record<string, ReturnType<typeof int64>>) =>
  source({ name: "orders", table: "shop.orders", key: { [key]: int64() }, history: "current", columns });
const view = (from: ReturnType<typeof ordersBy>) =>
  featureView({ name: "buying", version: 1, entity: user, from, features: () => ({ orders: count() }) });
const found: CatalogRelation = {
  ...{ state: "found", relation: { kind: "table", schema: "shop", table: "orders" }, schema: "shop" },
  columns: [
    { name: "id", type: "bigint", isEnum: false, nullable: false },
    { name: "user_id", type: "bigint", isEnum: false, nullable: false },
  ],
  ...{ uniqueKeys: [["id"]], primaryKey: ["id"], isReadable: true },
};

test("advises keyedBy where the source declares the entity's key beside its own", () => {
  const suggestionOf = (from: ReturnType<typeof ordersBy>) =>
    checkDefinitions({ featureViews: [view(from).ir], featureServices: [] }).find(({ code }) => code === "key_missing")
      ?.suggestion;
  expect(suggestionOf(ordersBy("id", { user_id: int64() }))).toBe(
    'Use `orders.keyedBy("user_id")`: the source keeps the key of its rows, of which an entity may have several.',
  );
  expect(suggestionOf(ordersBy("id", {}))).toBe(
    'Add `user_id` to the source\'s key, with `.from("…")` if its column has another name.',
  );
});

test("advises an index, keyedBy or a query where the source's key is not the table's", () => {
  const against = (from: ReturnType<typeof ordersBy>) =>
    checkCatalog(
      { featureViews: [view(from).ir], featureServices: [] },
      { relations: [found], tableNames: [], hasVectorExtension: false },
    );
  expect(against(ordersBy("user_id", {}))).toMatchObject([
    {
      code: "key_not_unique",
      suggestion:
        'If it has: `create unique index on "shop"."orders" ("user_id")`. If there may be several rows: declare the source with the key of its rows, `key: { id: int64() }`, and use `orders.keyedBy("user_id")`. Or make the source a query that gives one row for each.',
    },
  ]);
  expect(against(ordersBy("id", { user_id: int64() }).keyedBy("user_id") as ReturnType<typeof ordersBy>)).toEqual([]);
});

test("the grants that a role needs begin with the schema's, where it lacks that", () => {
  const [unreadable] = checkCatalog(
    { featureViews: [view(ordersBy("user_id", {})).ir], featureServices: [] },
    {
      relations: [{ ...found, isReadable: false, maySchemaBeUsed: false }],
      ...{ tableNames: [], hasVectorExtension: false },
    },
  );
  expect(unreadable).toMatchObject({
    code: "relation_unreadable",
    suggestion: expect.stringContaining(
      'Run `grant usage on schema "shop" to …; grant select on "shop"."orders" to …` as its owner',
    ),
  });
});
