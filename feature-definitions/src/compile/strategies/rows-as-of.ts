import { isCount } from "../../ir/aggregates";
import type { Expression } from "../../ir/expressions";
import type { FeatureView } from "../../ir/nodes";
import { typeOf } from "../../ir/type-of";
import type { Entities } from "../source/entities";
import { joinMembers, type Members, seenEntities } from "../source/members";
import { type Rows, scalar } from "../source/source-rows";
import { type Names, namesFor, stageRows } from "../source/stages";
import type { DialectTraits } from "../tree/dialect-traits";
import { identityOf, isStrict, rewrite } from "../tree/rewrite";
import { anyOf, type Bindings, type Item, type Query, type SqlExpression, type Stage, select } from "../tree/sql-tree";
import { computeReadings } from "./computed-readings";
import type { EntityRows } from "./entity-rows";
import { groupedRows } from "./grouped-rows";
import { latestRows, readsOnlyLatest } from "./latest-rows";
import { lostOf } from "./lost-values";
import { runningRows } from "./running-rows";
import { isOneRowPerEntity, singleRows } from "./single-rows";

/** The values of an entity's row for one aggregate. */
interface AggregateValue {
  readonly identity: string;
  readonly value: SqlExpression;
  readonly lost: SqlExpression | null;
}

/**
 * The central operation: a view's rows, one per entity and tenant, as they were known at the as-of time.
 * Materialization, training and export all use this query.
 *
 * For a spine: one row for each spine row, as if its entity were a member if there is a population; `_row` replaces
 * tenant and key, and `_unparsed` is present only if the spine requests it. `reserved` lists names already used in the
 * surrounding query.
 */
export function rowsAsOf(
  view: FeatureView,
  entities: Entities,
  traits: DialectTraits,
  reserved: readonly string[] = [],
): Query {
  const names = namesFor(view, reserved);
  const grouped = entityRows(view, names, entities, traits);
  const evaluated = evaluateAggregates(grouped, names);
  const joined = view.entity.population !== null && !grouped.hasMembers;
  const joinable = joined ? stageForMembers(evaluated, names) : evaluated;
  const members = joined ? joinMembers(view, joinable.rows, names, entities, traits) : seenEntities(joinable.rows);
  return {
    kind: "query",
    stages: [...joinable.stages, ...members.stages],
    result: select({
      items: [
        ...(members.tenant ? [{ name: "_tenant", expression: members.tenant }] : []),
        ...members.keys.map(
          ({ name, type, expression }): Item => ({
            name,
            expression: { kind: "convert", operand: expression, type },
          }),
        ),
        { name: "_event_time", expression: eventTime(joinable.rows, members) },
        ...featureItems(view, grouped, joinable.values, joined),
        ...(entities.kind === "all" || entities.reportsLost
          ? [unparsedItem(view, grouped, joinable.values, joined)]
          : []),
      ],
      from: members.from,
      where: members.where,
    }),
  };
}

function entityRows(view: FeatureView, names: Names, entities: Entities, traits: DialectTraits): EntityRows {
  if (entities.kind === "spine" && entities.strategy === "running") return runningRows(view, names, entities, traits);
  // For a spine, nothing else would reject a duplicate key, but each spine row must occur once.
  if (entities.kind === "all" && isOneRowPerEntity(view)) return singleRows(view, entities);
  return readsOnlyLatest(view) ? latestRows(view, names, entities, traits) : groupedRows(view, names, entities, traits);
}

interface Evaluated {
  readonly stages: readonly Stage[];
  readonly rows: Rows;
  readonly values: readonly AggregateValue[];
}

function evaluateAggregates({ rows, stages, aggregates }: EntityRows, names: Names): Evaluated {
  const readings = aggregates.map((aggregate) => aggregate.reading);
  const lost = aggregates.flatMap((aggregate) => (aggregate.lost ? [aggregate.lost] : []));
  const computed = computeReadings(rows, readings, lost, names);
  const values = aggregates.map((aggregate, index): AggregateValue => {
    const reading = computed.readings[index];
    const conditions = [aggregate.lost && computed.rebind(aggregate.lost), reading?.lost ?? null];
    return {
      identity: aggregate.identity,
      value: aggregate.finish(reading?.value ?? { kind: "null", type: typeOf(aggregate.aggregate) }),
      lost: anyOf(conditions.filter((condition) => condition !== null)),
    };
  });
  return { stages: [...stages, ...computed.stages], rows: computed.rows, values };
}

/**
 * Puts the rows into a stage, so that members without rows can be joined to them. Expressions that would not be null
 * for such a member are computed before the join.
 */
function stageForMembers({ stages, rows, values }: Evaluated, names: Names): Evaluated {
  const parts = values.flatMap(({ value, lost }) => (lost ? [value, lost] : [value]));
  if (rows.from.relation.kind === "stage" && parts.every(isNullOverNothing)) return { stages, rows, values };
  const computed: Item[] = [];
  const columns = new Map<SqlExpression, string>();
  for (const part of parts) {
    if (isNullOverNothing(part)) continue;
    const name = names("value");
    columns.set(part, name);
    computed.push({ name, expression: part });
  }
  const staged = stageRows(names("rows"), rows, computed, parts.filter(isNullOverNothing), {});
  const over = (part: SqlExpression): SqlExpression => {
    const name = columns.get(part);
    return name === undefined ? staged.rebind(part) : { kind: "field", relation: staged.stage.name, name, type: null };
  };
  return {
    stages: [...stages, staged.stage],
    rows: staged.rows,
    values: values.map(({ identity, value, lost }) => ({ identity, value: over(value), lost: lost && over(lost) })),
  };
}

/** Returns whether the expression is null, or a condition not true, when every field it reads is null. */
function isNullOverNothing(expression: SqlExpression): boolean {
  switch (expression.kind) {
    case "field":
    case "read":
    case "null":
      return true;
    case "convert":
    case "instant":
    case "reversed":
    case "trimmed":
    case "unsigned_zero":
      return isNullOverNothing(expression.operand);
    case "cast_value":
      return isNullOverNothing(expression.input);
    case "cast_input":
      return isStrict(expression.cast.operand) && [...expression.fields.values()].every(isNullOverNothing);
    case "scalar":
      return isStrict(expression.expression) && [...expression.fields.values()].every(isNullOverNothing);
    case "comparison":
      return isNullOverNothing(expression.left) || isNullOverNothing(expression.right);
    case "test":
      return expression.test === "not_null" && isNullOverNothing(expression.operand);
    case "case":
      return isNullOverNothing(expression.when) && expression.otherwise === null;
    case "and":
      return expression.operands.some(isNullOverNothing);
    case "or":
      return expression.operands.every(isNullOverNothing);
    default:
      return false;
  }
}

/** Rows without their own event time have the time at which they are read. */
function eventTime(rows: Rows, { present }: Members): SqlExpression {
  if (rows.time) return { kind: "instant", operand: rows.time.value, zone: rows.time.zone };
  const asOf: SqlExpression = { kind: "as_of", of: rows.asOf, secondsBefore: 0, zone: null };
  return present ? { kind: "case", when: present, value: asOf, otherwise: null } : asOf;
}

/** Replacements of the aggregates in the features' expressions, by identity. */
function aggregateBindings(grouped: EntityRows, values: readonly AggregateValue[], joined: boolean): Bindings {
  const byIdentity = new Map(values.map((value) => [value.identity, value]));
  const bindings = new Map<string, SqlExpression>();
  for (const { identity, aggregate } of grouped.aggregates) {
    const value = byIdentity.get(identity)?.value;
    if (!value) continue;
    const counted: SqlExpression = { kind: "coalesce", operands: [value, { kind: "integer", value: 0 }] };
    bindings.set(identity, isCount(aggregate.name) && joined && value.kind !== "coalesce" ? counted : value);
  }
  return bindings;
}

function featureItems(
  view: FeatureView,
  grouped: EntityRows,
  values: readonly AggregateValue[],
  joined: boolean,
): readonly Item[] {
  const bindings = aggregateBindings(grouped, values, joined);
  return view.features.map(({ name, expression, type }): Item => {
    const over = overAggregates(expression);
    const value = over.kind === "column" ? bindings.get(over.name) : undefined;
    return { name, expression: { kind: "convert", operand: value ?? scalar(over, bindings), type } };
  });
}

/** The names of features that lost a value to a cast. */
function unparsedItem(
  view: FeatureView,
  grouped: EntityRows,
  values: readonly AggregateValue[],
  joined: boolean,
): Item {
  const byIdentity = new Map(values.map((value) => [value.identity, value]));
  const bindings = aggregateBindings(grouped, values, joined);
  const entries = view.features.flatMap(({ name, expression }) => {
    const conditions: (SqlExpression | null)[] = [lostOf(overAggregates(expression), bindings)];
    rewrite(expression, (node) => {
      if (node.kind !== "aggregate") return undefined;
      conditions.push(byIdentity.get(identityOf(node))?.lost ?? null);
      return node;
    });
    const when = anyOf([...new Set(conditions.filter((condition) => condition !== null))]);
    return when ? [{ name, when }] : [];
  });
  return { name: "_unparsed", expression: { kind: "names", entries } };
}

/** A feature's expression with its aggregates replaced by columns named after their identity. */
function overAggregates(expression: Expression): Expression {
  return rewrite(expression, (node) =>
    node.kind === "aggregate"
      ? { kind: "column", name: identityOf(node), type: typeOf(node), nullable: true }
      : undefined,
  );
}
