import type { AggregateExpression } from "../../ir/expressions";

/** A trailing window: event times in (t − o − d, t − o], d being `seconds` and o `endingSecondsBefore`. */
export interface Period {
  readonly seconds: number;
  readonly endingSecondsBefore: number;
}

/** Returns an aggregate's window; null if it covers all rows. */
export function periodOf({ overSeconds, endingSecondsBefore = 0 }: AggregateExpression): Period | null {
  return overSeconds === null ? null : { seconds: overSeconds, endingSecondsBefore };
}
