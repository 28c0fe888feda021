import type { ValueType, VectorType } from "../ir/types";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A value as clients write it: int64 is bigint; decimal, timestamp, date and uuid are text. */
export type RowValue<T extends ValueType> = T extends "bool"
  ? boolean
  : T extends "int32" | "float32" | "float64"
    ? number
    : T extends "int64"
      ? bigint
      : T extends "decimal" | "string" | "timestamp" | "date" | "uuid"
        ? string
        : T extends "json"
          ? JsonValue
          : T extends "string[]"
            ? readonly string[]
            : T extends "float64[]" | VectorType
              ? readonly number[]
              : never;
