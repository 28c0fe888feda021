import type { CastExpression, Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import { bindingsOf, keyOrder, type Rows, scalar } from "../source/source-rows";
import { type Names, stageRows } from "../source/stages";
import { identityOf, rewrite } from "../tree/rewrite";
import {
  allOf,
  type Bindings,
  type Field,
  field,
  type Item,
  type Ordering,
  type SqlExpression,
  type Stage,
} from "../tree/sql-tree";
import { type ComputedCast, certainCasts, lostOf } from "./lost-values";
import type { Guard, Reading } from "./reading";
import { findShared } from "./shared-expressions";

export interface ComputedReading {
  readonly value: SqlExpression;
  /** True if the reading lost a value to a cast; null if it cannot. */
  readonly lost: SqlExpression | null;
}

export interface ComputedReadings {
  readonly stages: readonly Stage[];
  readonly rows: Rows;
  readonly readings: readonly ComputedReading[];
  /** The column that holds an expression's value, if several readings share it. */
  readonly columnOf: (expression: Expression) => Field | undefined;
  /** Binds to the new rows an expression over the input rows; only expressions passed as `later` can be bound. */
  readonly rebind: (expression: SqlExpression) => SqlExpression;
}

export interface ComputeOptions {
  /** Costly expressions that occur at least this often in the readings get a column of their own; 0 disables this. */
  readonly shareFrom: 0 | 1 | 2;
  /** True if the rows come sorted. */
  readonly orderBy: readonly Ordering[];
}

interface CastPlan {
  readonly cast: CastExpression;
  readonly input: Item;
  readonly valueName: string;
}

/**
 * Evaluates readings over rows. Casts that may lose a value are computed in separate stages, first all inputs, then all
 * values: a text is extracted from its JSON once and parsed once, although both the value and its loss are needed.
 * `later` are expressions over the same rows that must stay available.
 */
export function computeReadings(
  rows: Rows,
  readings: readonly Reading[],
  later: readonly SqlExpression[],
  names: Names,
  { shareFrom, orderBy }: ComputeOptions = { shareFrom: 0, orderBy: [] },
): ComputedReadings {
  const plans = planCasts(readings, names);
  const shared = [...findShared(readings, shareFrom)].map(([identity, { expression, bindings, name }]) => ({
    identity,
    type: typeOf(expression),
    item: { name: names(name), expression: scalar(expression, bindings) },
  }));
  const isColumn = new Set(shared.map(({ identity }) => identity));
  const rest = readings.map(
    (reading): Reading => ({
      ...reading,
      expression: rewrite(reading.expression, (node) => {
        const identity = identityOf(node);
        return isColumn.has(identity)
          ? { kind: "column", name: identity, type: typeOf(node), nullable: true }
          : undefined;
      }),
    }),
  );
  if (plans.size === 0 && shared.length === 0 && orderBy.length === 0) {
    return {
      stages: [],
      rows,
      readings: readings.map((reading) => evaluate(reading, new Map())),
      columnOf: () => undefined,
      rebind: (same) => same,
    };
  }
  const casts = [...plans.values()];
  const surviving = [...rest.flatMap((reading) => readOtherwise(reading, plans)), ...later];
  const inputItems = [...casts.map((plan) => plan.input), ...shared.map(({ item }) => item)];
  // A sort keeps expressions computed below it from being evaluated again above it.
  const parts = orderBy.length > 0 ? { orderBy } : { computedOnce: true };
  const inputs = stageRows(names(orderBy.length > 0 ? "sorted" : "inputs"), rows, inputItems, surviving, parts);
  const inputOf = (plan: CastPlan): SqlExpression => field(inputs.stage.name, plan.input.name);
  const sharedFields = shared.map(({ item, type }) => field(inputs.stage.name, item.name, type));
  const survivingInputs = [...surviving.map(inputs.rebind), ...casts.map(inputOf), ...sharedFields];
  const values =
    casts.length === 0
      ? null
      : stageRows(
          names("parsed"),
          inputs.rows,
          casts.map((plan) => ({
            name: plan.valueName,
            expression: { kind: "cast_value", cast: plan.cast, input: inputOf(plan) },
          })),
          survivingInputs,
          // If PostgreSQL does not know that the rows are sorted, it may sort by the keys alone and lose the order of
          // equal keys.
          orderBy.length > 0 ? { orderBy: keyOrder(inputs.rows) } : undefined,
        );
  const last = values ?? inputs;
  const rebind = (expression: SqlExpression): SqlExpression => {
    const overInputs = inputs.rebind(expression);
    return values ? values.rebind(overInputs) : overInputs;
  };
  const computed = new Map(
    [...plans].map(([identity, plan]): [string, ComputedCast] => [
      identity,
      {
        input: field(last.stage.name, plan.input.name),
        value: field(last.stage.name, plan.valueName, plan.cast.to),
      },
    ]),
  );
  const columns = new Map(
    shared.map(({ identity, type, item }) => [identity, field(last.stage.name, item.name, type)] as const),
  );
  return {
    stages: values ? [inputs.stage, values.stage] : [inputs.stage],
    rows: last.rows,
    readings: rest.map((reading) =>
      evaluate(
        {
          ...reading,
          bindings: new Map<string, SqlExpression>([
            ...[...reading.bindings].map(([name, bound]) => [name, rebind(bound)] as const),
            ...columns,
          ]),
          guard: { ...reading.guard, conditions: reading.guard.conditions.map(rebind) },
        },
        computed,
      ),
    ),
    columnOf: (expression) => columns.get(identityOf(expression)),
    rebind,
  };
}

function planCasts(readings: readonly Reading[], names: Names): ReadonlyMap<string, CastPlan> {
  const plans = new Map<string, CastPlan>();
  for (const reading of readings) {
    for (const cast of certainCasts(reading.expression)) {
      const identity = castIdentity(cast, reading.guard);
      if (plans.has(identity)) continue;
      const input: SqlExpression = { kind: "cast_input", cast, fields: bindingsOf(cast, reading.bindings) };
      plans.set(identity, {
        cast,
        input: { name: names(`${reading.name}_input`), expression: guarded(input, reading.guard) },
        valueName: names(`${reading.name}_value`),
      });
    }
  }
  return plans;
}

function castIdentity(cast: CastExpression, guard: Guard): string {
  return `${guard.identity}|${identityOf(cast)}`;
}

/** The expressions that a reading still reads after its planned casts are computed. */
function readOtherwise(
  { expression, bindings, guard }: Reading,
  plans: ReadonlyMap<string, CastPlan>,
): readonly SqlExpression[] {
  const isPlanned = (node: Expression): boolean => node.kind === "cast" && plans.has(castIdentity(node, guard));
  if (isPlanned(expression)) return [];
  const rest = rewrite(expression, (node) =>
    isPlanned(node) ? { kind: "literal", type: "string", value: null } : undefined,
  );
  return [...bindingsOf(rest, bindings).values(), ...guard.conditions];
}

function evaluate(
  { expression, bindings, guard }: Reading,
  computed: ReadonlyMap<string, ComputedCast>,
): ComputedReading {
  const casts = new Map<string, ComputedCast>();
  const replaced = rewrite(expression, (node) => {
    const identity = node.kind === "cast" ? castIdentity(node, guard) : "";
    const known = computed.get(identity);
    if (node.kind !== "cast" || !known) return undefined;
    casts.set(identity, known);
    return { kind: "column", name: identity, type: node.to, nullable: true };
  });
  const extended: Bindings = new Map([...bindings, ...[...casts].map(([name, { value }]) => [name, value] as const)]);
  const lost = lostOf(replaced, extended, (column) => casts.get(column));
  const bound = replaced.kind === "column" ? extended.get(replaced.name) : undefined;
  // A cast computed under the guard is null, and so loses nothing, if the guard is not true.
  const isComputed = replaced.kind === "column" && casts.has(replaced.name);
  if (isComputed && bound) return { value: bound, lost };
  return {
    value: guarded(bound ?? scalar(replaced, extended), guard),
    lost: lost && allOf([...guard.conditions, lost]),
  };
}

export function guarded(value: SqlExpression, guard: Guard): SqlExpression {
  const when = allOf(guard.conditions);
  return when ? { kind: "case", when, value, otherwise: null } : value;
}
