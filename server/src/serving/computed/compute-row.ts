import { AS_OF, type EvaluatorInputs, type PortableValue } from "@featstore/definitions/compiler";
import { sliceOf } from "../online-store/packed-row";
import type { ViewRows, ViewStatus } from "../read/read-rows";
import type { ComputedSelection, StoredColumn } from "./computed-selection";

export interface ComputedValue {
  /** JSON text. */
  readonly text: string;
  /** True if it is a default that replaces null. */
  readonly isDefaulted: boolean;
}

/** One row of a read. */
export interface ReadRow {
  readonly parts: readonly ViewRows[];
  /** By view. */
  readonly statuses: readonly ViewStatus[];
  /** The row's index in the parts. */
  readonly position: number;
}

/**
 * Computes the features of one row of a read, in the order of the selection, as JSON texts. A stored value that is
 * expired, missing or unknown is null or its default. `now`, microseconds since 1970 UTC, is the as-of time.
 */
export function computeRow(
  { stored, features, readsAsOf }: ComputedSelection,
  { parts, statuses, position }: ReadRow,
  inputs: EvaluatorInputs,
  now: number,
): readonly ComputedValue[] {
  const values = new Map<string, PortableValue>(inputs);
  if (readsAsOf) values.set(AS_OF, BigInt(Math.trunc(now)));
  for (const column of stored) {
    values.set(column.column, storedValue(column, parts[column.view], statuses[column.view], position));
  }
  return features.map(({ evaluate, write, fallback }) => {
    const value = evaluate(values);
    return value === null
      ? { text: fallback ?? "null", isDefaulted: fallback !== null }
      : { text: write(value), isDefaulted: false };
  });
}

function storedValue(
  column: StoredColumn,
  part: ViewRows | undefined,
  status: ViewStatus | undefined,
  position: number,
): PortableValue {
  const row = part?.rows[position];
  if (row === undefined || status === "expired") return column.fallback;
  const text =
    column.position === null
      ? (part?.vectors?.get(column.feature)?.[position]?.text ?? "null")
      : sliceOf(row, column.position, column.position);
  return text === "null" ? column.fallback : column.read(text);
}
