import { isCount, traitsOf } from "../../ir/aggregates";
import type { AggregateExpression, Expression } from "../../ir/expressions";
import type { FeatureView, Source } from "../../ir/nodes";
import { hasOneRowPerKey } from "../../ir/source-parts";
import type { AllEntities } from "../source/entities";
import { type SourceRows, scalar, sourceRows } from "../source/source-rows";
import { periodOf } from "../tree/period";
import { aggregatesOf, identityOf } from "../tree/rewrite";
import { allOf, isNotNull, type SqlExpression } from "../tree/sql-tree";
import { resultOf } from "./aggregate-result";
import type { AggregateReading, EntityRows } from "./entity-rows";
import { windowGuard } from "./latest-rows";
import { lostOf } from "./lost-values";
import type { Guard } from "./reading";
import { listType } from "./row-values";

/**
 * Strategy for a `current` source, which has one row per key, so nothing is grouped, sorted or picked. If a key occurs
 * twice, the primary key of the materialized table rejects it.
 */
export function isOneRowPerEntity({ source, entity }: FeatureView): boolean {
  const names = new Set(entity.key.map((key) => key.name));
  return hasOneRowPerKey(source) && source.key.every((key) => names.has(key.name));
}

/** Returns whether the population's rows are the source's own, so that each member comes with its row. */
function isOwnPopulation({ source, entity, filter }: FeatureView): boolean {
  const of = ({ relation, key, tenant, filter: sourceFilter, eventTime, knownTime }: Source): string =>
    JSON.stringify([relation, key, tenant, sourceFilter, eventTime, knownTime]);
  const { population } = entity;
  return population !== null && filter === null && source.knownTime === null && of(population) === of(source);
}

export function singleRows(view: FeatureView, entities: AllEntities): EntityRows {
  const hasMembers = isOwnPopulation(view);
  const times = hasMembers ? "not_later" : "visible";
  const rows = sourceRows(view.source, view.entity.key, [view.filter], times, entities);
  // A member without a time has no visible row.
  const present = hasMembers && rows.time ? [isNotNull(rows.time.value)] : [];
  return {
    stages: [],
    rows,
    hasMembers,
    aggregates: aggregatesOf(view.features).map(({ aggregate, identity, name }) =>
      overOneRow(aggregate, identity, name, rows, present),
    ),
  };
}

/** An aggregate's value over the single row, if that row passes its conditions. */
function overOneRow(
  aggregate: AggregateExpression,
  identity: string,
  name: string,
  rows: SourceRows,
  present: readonly SqlExpression[],
): AggregateReading {
  const window = windowGuard(rows.time, periodOf(aggregate));
  const within = [...present, ...window.conditions];
  const guard: Guard = {
    identity: `${window.identity} where ${aggregate.where ? identityOf(aggregate.where) : ""}`,
    conditions: [...within, ...(aggregate.where ? [scalar(aggregate.where, rows.bindings)] : [])],
  };
  const lostInCondition = aggregate.where && lostOf(aggregate.where, rows.bindings);
  return {
    identity,
    aggregate,
    reading: { expression: ofOneRow(aggregate), bindings: rows.bindings, guard, name },
    finish: (value) => finishOneRow(aggregate, value),
    lost: lostInCondition && allOf([...within, lostInCondition]),
  };
}

function ofOneRow({ name, operand }: AggregateExpression): Expression {
  const one: Expression = { kind: "literal", type: "int32", value: 1 };
  if (!operand) return one;
  if (!isCount(name)) return operand;
  return {
    kind: "case",
    branches: [{ when: { kind: "null_test", operand, negated: true }, value: one }],
    otherwise: null,
  };
}

function finishOneRow(aggregate: AggregateExpression, value: SqlExpression): SqlExpression {
  const { gives } = traitsOf(aggregate.name);
  switch (gives) {
    case "row":
      return value;
    case "count":
      return { kind: "coalesce", operands: [value, { kind: "integer", value: 0 }] };
    case "sum":
    case "choice":
    case "combination":
      return resultOf(aggregate, value);
    case "deviation":
      // A sample standard deviation needs two values.
      return { kind: "null", type: "float64" };
    case "rows": {
      const list: SqlExpression = { kind: "list_of", operand: value, type: listType(aggregate) };
      return { kind: "case", when: isNotNull(value), value: list, otherwise: null };
    }
    default:
      return gives satisfies never;
  }
}
