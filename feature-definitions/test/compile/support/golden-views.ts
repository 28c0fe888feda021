import type { FeatureView } from "../../../src/compiler";
import {
  any,
  avg,
  bool,
  changeAgainstPrevious,
  coalesce,
  collect,
  count,
  countDistinct,
  date,
  days,
  decimal,
  entity,
  every,
  featureView,
  first,
  float32,
  float64,
  float64Array,
  hours,
  int32,
  int64,
  json,
  lastN,
  latest,
  max,
  min,
  mode,
  percentile,
  ratePerDay,
  source,
  sql,
  stddev,
  string,
  stringArray,
  sum,
  timestamp,
  variance,
  vector,
  when,
} from "../../../src/index";

/** The tables that the views below read. `"order"` and `"group"` are reserved words, which must be quoted. */
export const goldenTables = `
create table "order" (
  id serial primary key, "group" varchar(20), shop integer, tenant varchar(20), paid boolean, items smallint, cents bigint, weight real,
  rating numeric, total numeric(12, 2), note varchar(100), at timestamp, shipped_at timestamptz, due date, data jsonb,
  tags text[], scores double precision[], known timestamp
);
create table shops (shop integer, tenant varchar(20), opened timestamp);
create table customers ("group" varchar(20), name text, opened timestamptz);
insert into "order" values
  (1, 'a', 1, 't', true, 2, 9007199254740993, 0.5, 4.25, 10.50, 'First', '2026-01-01', '2026-01-02T00:00:00Z', '2026-01-05',
   '{"score": "0.5", "tags": ["x"], "when": "2026-01-01T00:00:00Z"}', '{a,b}', '{0.1}', '2026-01-01'),
  (2, 'a', 1, 't', false, null, 5, 0.25, null, null, null, '2026-01-02', null, null, '{"score": "bad"}', null, null, '2026-01-02'),
  (3, 'b', 2, 'u', null, 1, 7, null, 3, 1, 'Ä', '2026-01-03', null, '2026-01-01', null, '{}', '{}', '2030-01-01');
insert into shops values (1, 't', '2025-01-01'), (2, 'u', null), (3, 't', '2025-01-01');
insert into customers values ('a', 'A', '2025-01-01T00:00:00Z'), ('c', 'C', null);
`;

export const goldenVectorTables = `
create table embeddings (id integer, at timestamptz, embedding vector(3));
insert into embeddings values (1, '2026-01-01T00:00:00Z', '[1,2,3]'), (1, '2026-01-02T00:00:00Z', '[3,2,1]'), (2, null, null);
`;

const columns = {
  paid: bool().nullable(),
  items: int32().nullable(),
  cents: int64().nullable(),
  weight: float32().nullable(),
  rating: float64().nullable(),
  total: decimal().nullable(),
  note: string().nullable(),
  at: timestamp({ zone: "UTC" }).nullable(),
  shipped_at: timestamp().nullable(),
  due: date().nullable(),
  data: json().nullable(),
  tags: stringArray().nullable(),
  scores: float64Array().nullable(),
};

const orders = source({
  name: "orders",
  table: "order",
  key: { customer: string().from("group") },
  eventTime: { column: "at", zone: "UTC" },
  tieBreak: "id",
  history: "events",
  columns,
});
const customers = source({
  name: "customers",
  table: "customers",
  key: { customer: string().from("group") },
  eventTime: "opened",
  history: "current",
  columns: { name: string().nullable() },
});
const seenCustomer = entity({ name: "seen_customer", key: { customer: string() } });
const customer = entity({ name: "customer", key: { customer: string() }, from: customers });
const view = { version: 1, entity: seenCustomer, from: orders } as const;

const scalars = featureView({
  ...view,
  name: "scalars",
  features: (o) => ({
    arithmetic: latest(o.items.plus(1).times(o.items).minus(o.cents).modulo(7n)),
    float_arithmetic: latest(o.rating.plus(o.weight).dividedBy(o.rating.minus(1))),
    integer_ratio: latest(o.items.dividedBy(o.cents)),
    decimal_ratio: latest(o.total.dividedBy(3)),
    comparison: latest(o.rating.gte(4).and(o.note.lt("b")).or(o.paid.not(), o.items.ne(0))),
    membership: latest(o.note.in("First", "Second")),
    nothing: latest(o.note.isNull().and(o.data.isNotNull())),
    conditional: latest(when(o.rating.gt(4), "good").when(o.rating.gt(2), "fair").otherwise("bad")),
    fallback: latest(coalesce(o.note, "none")),
    strings: latest(o.note.lower().concat("-", o.note.upper().trim()).replace("a", "b").substring(2, 3)),
    tail: latest(o.note.substring(2)),
    string_tests: latest(o.note.contains("i").and(o.note.startsWith("F"))),
    length: latest(o.note.length()),
    hour_in_berlin: latest(o.at.hour("Europe/Berlin")),
    year: latest(o.shipped_at.year()),
    day_of_week: latest(o.due.dayOfWeek()),
    epoch: latest(o.at.epochSeconds()),
    tags: latest(o.tags),
    scores: latest(o.scores),
    escape: latest(sql("float64")`ln(${o.items} + 1)`),
  }),
});

const casts = featureView({
  ...view,
  name: "casts",
  features: (o) => ({
    score: latest(o.data.get("score").float64()),
    score_or_zero: latest(coalesce(o.data.get("score").float64(), 0)),
    strict_score: latest(o.data.get("score").float64().strict()),
    score_text: latest(o.data.get("score").string()),
    first_tag: latest(o.data.get("tags", 0)),
    tags: latest(o.data.get("tags").stringArray()),
    told_at: latest(o.data.get("when").timestamp()),
    note_number: latest(o.note.int32()),
    note_json: latest(o.note.json()),
    rounded: latest(o.rating.int32()),
    due_at: latest(o.due.timestamp()),
    sold_on: latest(o.at.date()),
    score_7d: latest(o.data.get("score").float64()).over(days(7)),
    guarded: latest(when(o.paid, o.data.get("score").float64()).end()),
  }),
});

const aggregates = featureView({
  ...view,
  name: "aggregates",
  entity: customer,
  where: (o) => o.note.ne("test"),
  features: (o) => ({
    orders: count(),
    orders_7d: count().over(days(7)),
    noted: count(o.note).where(o.paid),
    notes: countDistinct(o.note),
    items: sum(o.items),
    cents: sum(o.cents),
    total: sum(o.total),
    rating_sum: sum(o.rating),
    weight_sum: sum(o.weight).over(hours(36)),
    rating_avg: avg(o.rating),
    rating_deviation: stddev(o.rating),
    first_note: min(o.note),
    last_at: max(o.at),
    last_shipped: max(o.shipped_at),
    score_avg: avg(o.data.get("score").float64()),
    paid_share: count().where(o.paid).dividedBy(count()),
  }),
});

const distributions = featureView({
  ...view,
  name: "distributions",
  features: (o) => ({
    rating_median: percentile(o.rating, 0.5),
    cents_p95_7d: percentile(o.cents, 0.95).where(o.paid).over(days(7)),
    rating_variance: variance(o.rating),
    usual_note: mode(o.note),
    usual_items: mode(o.items).over(days(30)),
    any_paid: any(o.paid),
    every_rated: every(o.rating.gte(4)).over(days(7)),
    orders_before: count().over(days(7), { endingBefore: days(7) }),
    note_before: latest(o.note).over(days(7), { endingBefore: hours(36) }),
    orders_per_day: ratePerDay(count().over(days(7))),
    total_per_day: ratePerDay(sum(o.total).over(hours(36))),
    orders_change: changeAgainstPrevious(count().over(days(7))),
  }),
});

const lists = featureView({
  ...view,
  name: "lists",
  entity: customer,
  features: (o) => ({
    notes: lastN(o.note, 3),
    paid_items_7d: collect(o.items, { limit: 100 }).where(o.paid).over(days(7)),
    scores: collect(o.data.get("score").float64(), { limit: 10 }),
    note: latest(o.note).ignoreNulls(),
    orders: count(),
  }),
});

const picks = featureView({
  ...view,
  name: "picks",
  features: (o) => ({
    note: latest(o.note),
    known_note: latest(o.note).ignoreNulls(),
    score: latest(o.data.get("score").float64()).ignoreNulls(),
    paid_note: latest(o.note).where(o.paid),
    paid_fallback: latest(coalesce(o.note, "none")).where(o.paid),
    note_7d: latest(o.note).over(days(7)),
    orders: count(),
    rating_avg: avg(o.rating),
  }),
});

const numbered = featureView({
  ...view,
  name: "numbered",
  features: (o) => ({
    note: latest(o.note),
    rating: latest(o.rating),
    tags: latest(o.tags),
    first_note: first(o.note),
    first_note_7d: first(o.note).over(days(7)),
    first_rating: first(o.rating).ignoreNulls(),
    last_notes_30d: lastN(o.note, 2).over(days(30)),
    items: collect(o.items, { limit: 10 }).where(o.paid),
    notes: countDistinct(o.note),
  }),
});

const ordered = featureView({
  ...view,
  name: "ordered",
  features: (o) => ({ note: latest(o.note), notes: countDistinct(o.note), orders: count() }),
});

const fewValues = featureView({
  ...view,
  name: "few_values",
  from: orders.where((o) => o.note.in("First", "Second")),
  features: (o) => ({
    notes: countDistinct(o.note).over(days(90)),
    classes: countDistinct(when(o.rating.gt(3), "good").otherwise("bad")),
    last: latest(o.rating),
  }),
});

const current = featureView({
  name: "current",
  version: 1,
  entity: customer,
  from: customers,
  features: (c) => ({
    name: latest(c.name),
    named: count(c.name),
    recent: count().over(days(30)),
    names: lastN(c.name, 3),
  }),
});

const shops = (scoped: boolean) =>
  source({
    name: "shops",
    table: "shops",
    key: { shop: int32() },
    eventTime: { column: "opened", zone: "UTC" },
    ...(scoped ? { tenant: "tenant" } : {}),
    columns: {},
  });
const shop = (scoped: boolean) =>
  entity({ name: scoped ? "tenant_shop" : "shop", key: { shop: int32() }, from: shops(scoped) });
const shopOrders = (scoped: boolean) =>
  source({
    name: "shop_orders",
    query: 'select *, "group" as customer from "order"',
    key: { shop: int32() },
    eventTime: { column: "at", zone: "Europe/Berlin" },
    knownTime: { column: "known", zone: "UTC" },
    tieBreak: ["note", "id"],
    ...(scoped ? { tenant: "tenant" } : {}),
    history: "events",
    columns,
  });
const tenancy = (name: string, population: boolean, rows: boolean) =>
  featureView({
    name,
    version: 1,
    entity: shop(population),
    from: shopOrders(rows),
    features: (o) => ({ orders: count(), note: latest(o.note), lateness: latest(coalesce(o.items, 0)) }),
  });

const composite = featureView({
  name: "composite",
  version: 1,
  entity: entity({ name: "sale", key: { customer: string(), shop: int32() } }),
  from: source({
    name: "sales",
    table: "public.order",
    key: { customer: string().from("group"), shop: int32() },
    eventTime: { column: "at", zone: "UTC" },
    tieBreak: "id",
    history: "events",
    columns,
  }),
  features: (o) => ({ items: sum(o.items), note: latest(o.note) }),
});

const soldIn = source({
  name: "shops",
  table: "shops",
  key: { shop: int32(), owner: string().from("tenant") },
  eventTime: { column: "opened", zone: "UTC" },
  history: "current",
  columns: { opened: timestamp({ zone: "UTC" }).nullable().static() },
});
const buyers = source({
  name: "customers",
  table: "customers",
  key: { customer: string().from("group") },
  eventTime: "opened",
  history: "current",
  columns: { name: string().nullable().static(), since: timestamp().from("opened").nullable().static() },
});

const extended = featureView({
  name: "extended",
  version: 1,
  entity: entity({ name: "buyer", key: { name: string() }, from: buyers.keyedBy("name") }),
  from: source({
    name: "orders",
    table: "order",
    key: { customer: string().from("group") },
    eventTime: { column: "at", zone: "UTC" },
    tieBreak: "id",
    history: "events",
    columns: { ...columns, shop: int32().nullable(), tenant: string().nullable() },
  })
    .where((o) => o.total.gt("0"))
    .extend(
      soldIn.where((s) => s.shop.gt(0)),
      { by: { shop: "shop", owner: "tenant" }, columns: ["opened"] },
    )
    .extend(buyers, { by: "customer", columns: ["name", "since"] })
    .keyedBy("name"),
  features: (o) => ({
    orders: count(),
    opened: min(o.opened),
    since: latest(o.since),
    customers: countDistinct(o.customer),
  }),
});

const untimed = featureView({
  name: "untimed",
  version: 1,
  entity: seenCustomer,
  from: source({
    name: "facts",
    table: "order",
    key: { customer: string().from("group") },
    history: "events",
    columns,
  }),
  features: (o) => ({ orders: count(), largest: max(o.total) }),
});

const embedded = featureView({
  name: "embedded",
  version: 1,
  entity: entity({ name: "thing", key: { id: int32() } }),
  from: source({
    name: "embeddings",
    table: "embeddings",
    key: { id: int32() },
    eventTime: "at",
    history: "events",
    columns: { embedding: vector(3).nullable() },
  }),
  features: (e) => ({ lyrics: latest(e.embedding).space("test-3"), versions: count() }),
});

/** Views that together contain every kind of node, in every way it is compiled. */
export const goldenViews: readonly FeatureView[] = [
  scalars,
  casts,
  aggregates,
  distributions,
  lists,
  picks,
  numbered,
  ordered,
  fewValues,
  current,
  tenancy("scoped_in_scoped", true, true),
  tenancy("shared_in_scoped", true, false),
  tenancy("scoped_in_shared", false, true),
  tenancy("shared_in_shared", false, false),
  composite,
  extended,
  untimed,
].map(({ ir }) => ir);

export const goldenVectorViews: readonly FeatureView[] = [embedded.ir];
