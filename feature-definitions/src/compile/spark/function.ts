import type { ValueType } from "../../ir/types";
import { call, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { quoteText } from "./quote";

/** The name of a function of the session; temporary functions have no schema. */
export function ownName(name: string): string {
  return `${FUNCTIONS_SCHEMA}_${name}`;
}

export function ownCall(name: string, operands: readonly string[], type: ValueType | null = null): Rendered {
  return call(ownName(name), operands, type);
}

/**
 * The statement that creates a function. Spark inlines it, and computes each argument once, unless it is read only once.
 * It cannot be called in a lambda.
 */
export function sessionFunction(name: string, parameters: string, result: string, body: string): string {
  return `create or replace temporary function ${ownName(name)}(${parameters}) returns ${result} return\n  ${body.trim()}`;
}

/** The body, in which `name` stands for the value of the expression; for lambdas, which cannot call functions. */
export function named(name: string, expression: string, body: string): string {
  return `get(transform(array(${expression}), ${name} -> ${body}), 0)`;
}

/** A regular expression as a text constant. */
export const pattern = quoteText;
