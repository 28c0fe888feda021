import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { jsonMacros } from "./json-macros";
import { numberMacros } from "./number-macros";
import { textMacros } from "./text-macros";

/*
 * The macros that compiled SQL calls. A session creates them before it locks its configuration; nothing is installed.
 * None raises on any value: input that does not parse or fit gives null. A macro is pasted in where it is called, and
 * its arguments would be computed wherever they stand in it: so `named` gives an intermediate result a name.
 */

/** Statements that a session runs before compiled SQL: they create the schema and the macros that it calls. */
export const duckdbMacros: readonly string[] = [
  `create schema if not exists ${FUNCTIONS_SCHEMA}`,
  ...textMacros,
  ...numberMacros,
  ...jsonMacros,
];
