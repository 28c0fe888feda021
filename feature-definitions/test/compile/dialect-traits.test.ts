import fc from "fast-check";
import { expect, test } from "vitest";
import { rowsAsOf } from "../../src/compile/strategies/rows-as-of";
import { trainingSetQuery } from "../../src/compile/training/point-in-time";
import type { DialectTraits } from "../../src/compile/tree/dialect-traits";
import type { Query, Select } from "../../src/compile/tree/sql-tree";
import { days, entity, featureView, first, int64, latest, source, string } from "../../src/index";
import { withRows } from "./support/arbitrary-rows";
import { anySpineCase, type SpineCase, spineTables } from "./support/arbitrary-spines";

/*
 * What no strategy may rely on without the trait: an engine on many machines has no order of rows, and would move all
 * rows of a window without a partition, or of a join by a position alone, to one machine.
 */

const weakest: DialectTraits = {
  keepsInputOrder: false,
  numbersAllRows: false,
  underestimatesJoins: false,
  joinsAsOf: false,
  windowsSkipNulls: false,
  windowsOrderRows: false,
};

function queriesOf({ views, shape, rows }: SpineCase): readonly Query[] {
  const full = views.map((view) => withRows(view, shape, rows));
  const trained = (strategy: "join" | "running"): Query =>
    trainingSetQuery(
      {
        views: full.map((view) => ({ view, features: view.features.map(({ name }) => name), strategy })),
        spine: spineTables.duckdb,
        reportsLost: true,
      },
      weakest,
    ).query;
  return [trained("join"), trained("running"), ...full.map((view) => rowsAsOf(view, { kind: "all" }, weakest))];
}

/** Every object of a tree. */
function* nodesOf(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (value instanceof Map) for (const each of value.values()) yield* nodesOf(each);
  else if (Array.isArray(value)) for (const each of value) yield* nodesOf(each);
  else if (typeof value === "object" && value !== null) {
    yield value as Readonly<Record<string, unknown>>; // an object of the tree
    for (const each of Object.values(value)) yield* nodesOf(each);
  }
}

test("without traits, windows have partitions, picks their own order, and positions their keys", () => {
  const found = new Set<string>();
  for (const each of fc.sample(anySpineCase, { numRuns: 60, seed: 6 })) {
    for (const node of queriesOf(each).flatMap((query) => [...nodesOf(query)])) {
      if (node.kind === "pick" || node.kind === "gather") {
        found.add((node.order as readonly unknown[]).length > 0 ? node.kind : `${node.kind} without order`);
      }
      if (node.kind !== "select") continue;
      const { windows, from, orderBy, distinctOn, items } = node as unknown as Select; // by its kind
      for (const { partition } of windows) found.add(partition.length > 0 ? "window" : "window without partition");
      for (const { on } of from.joins.filter(({ alias }) => alias.startsWith("picked"))) {
        const columns = 1 + each.shape.keys + (each.shape.isScoped ? 1 : 0);
        found.add(on.length === columns ? "join by position" : "join by a position alone");
      }
      const isResult = items[0]?.name === "_row" && from.alias.startsWith("spine");
      if (orderBy.length > 0 && !isResult && distinctOn.length === 0) found.add("sorted stage");
    }
  }
  expect([...found].sort()).toEqual(["gather", "join by position", "pick", "window"]);
});

test("with windows that skip nulls, only rows taken from a sliding window are joined by position", () => {
  const visits = source({
    ...{
      name: "visits",
      table: "visits",
      key: { person: int64() },
      eventTime: "at",
      tieBreak: "id",
      history: "events",
    },
    columns: { id: int64(), place: string().nullable() },
  });
  const { ir } = featureView({
    ...{ name: "visits", version: 1, entity: entity({ name: "person", key: { person: int64() } }), from: visits },
    features: (row) => ({
      place: latest(row.place),
      known: latest(row.place).ignoreNulls(),
      home: latest(row.place).where(row.place.ne("work")),
      origin: first(row.place),
      lately: latest(row.place).over(days(7)),
      arrival: first(row.place).over(days(7)),
    }),
  });
  const joinsOf = (features: readonly string[], windowsSkipNulls: boolean): number => {
    const traits = { ...weakest, windowsSkipNulls };
    const { query } = trainingSetQuery(
      { views: [{ view: ir, features, strategy: "running" }], spine: spineTables.duckdb },
      traits,
    );
    return [...nodesOf(query)].filter(({ alias }) => /^picked/.test(String(alias))).length;
  };
  const soFar = ["place", "known", "home", "origin", "lately"];
  expect([false, true].map((trait) => joinsOf(soFar, trait))).toEqual([4, 0]);
  expect([false, true].map((trait) => joinsOf([...soFar, "arrival"], trait))).toEqual([5, 1]);
});
