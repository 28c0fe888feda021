import type { Decimal } from "./decimal";

/** JSON whose numbers keep their digits. */
export type Json =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: Decimal }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "array"; readonly items: readonly Json[] }
  | { readonly kind: "object"; readonly entries: ReadonlyMap<string, Json> };

/**
 * Values by type: bool → boolean; int32, int64, timestamp (microseconds) → bigint; floats → number; decimal → Decimal;
 * string, date (`2026-01-01`) → string; json → Json; arrays → arrays.
 */
export type Value = boolean | bigint | number | string | Decimal | Json | readonly string[] | readonly number[] | null;

export type Row = ReadonlyMap<string, Value>;
