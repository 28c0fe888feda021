import type { AggregateName } from "../ir/aggregates";
import type { AggregateExpression } from "../ir/expressions";
import type { ValueType } from "../ir/types";
import type { Duration } from "./duration";
import { allOf, scalar } from "./scalar";
import type { Level, Scalar, Typed } from "./scalar-types";

type RowCondition = Typed<"bool", boolean, "row">;

/** The position of a window. */
export interface WindowOptions {
  /** Ends the window this long before the as-of time: (t − o − d, t − o] instead of (t − d, t]. */
  readonly endingBefore?: Duration;
}

/** One value per entity over its visible source rows. `W` is true if it has a window. */
export type Aggregate<T extends ValueType, N extends boolean, W extends boolean = false> = Scalar<T, N, "entity"> & {
  /** Restricts it to rows for which the condition is true; repeated conditions must all be true. */
  where(condition: RowCondition): Aggregate<T, N, W>;
  /** Restricts it to rows whose event time lies in (t − duration, t]. */
  over(duration: Duration, options?: WindowOptions): Aggregate<T, N, true>;
  /** Exists for the type checker only. */
  readonly "~windowed"?: W;
};

/** An aggregate that takes one row by (event time, tie-break). */
export type RowAggregate<T extends ValueType, W extends boolean = false> = Scalar<T, true, "entity"> & {
  where(condition: RowCondition): RowAggregate<T, W>;
  over(duration: Duration, options?: WindowOptions): RowAggregate<T, true>;
  /** Takes the row among those whose value is not null. */
  ignoreNulls(): RowAggregate<T, W>;
  readonly "~windowed"?: W;
};

// As in `scalar`, the functions that authors call declare the static types.
function build(expression: AggregateExpression): object {
  return {
    ...scalar<ValueType, boolean, Level>(expression),
    where: (condition: RowCondition) =>
      build({ ...expression, where: allOf([expression.where, condition.expression]) }),
    over: (duration: Duration, { endingBefore }: WindowOptions = {}) => {
      const { endingSecondsBefore: _former, ...rest } = expression;
      const end = endingBefore === undefined ? {} : { endingSecondsBefore: endingBefore.seconds };
      return build({ ...rest, overSeconds: duration.seconds, ...end });
    },
    ignoreNulls: () => build({ ...expression, ignoreNulls: true }),
  };
}

/** An aggregate's expression with its methods; callers declare the type that `typeOf` gives. */
export function aggregate(
  name: AggregateName,
  operand: Typed<ValueType, boolean, "row"> | undefined,
  parameters: Pick<AggregateExpression, "fraction" | "limit"> = {},
): object {
  return build({
    kind: "aggregate",
    name,
    operand: operand?.expression ?? null,
    where: null,
    overSeconds: null,
    ignoreNulls: false,
    ...parameters,
  });
}
