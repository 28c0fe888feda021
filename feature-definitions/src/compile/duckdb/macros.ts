import { FUNCTIONS_SCHEMA } from "../tree/identifiers";

/** Statements that a session runs before compiled SQL: they create the schema and the macros that it calls. */
export const duckdbMacros: readonly string[] = [
  `create schema if not exists ${FUNCTIONS_SCHEMA}`,
  // Operands of aggregates that are too large for float64 count as infinite.
  `create or replace macro ${FUNCTIONS_SCHEMA}.to_be_summed(value) as
  case when value > 1e290 then 'infinity' when value < -1e290 then '-infinity' else value end`,
  `create or replace macro ${FUNCTIONS_SCHEMA}.to_be_squared(value) as
  case when abs(value) > 1e140 then 'infinity' else value end`,
];
