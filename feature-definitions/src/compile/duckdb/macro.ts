import { FUNCTIONS_SCHEMA } from "../tree/identifiers";

/** The statement that creates a macro. */
export function macro(name: string, parameters: string, body: string): string {
  return `create or replace macro ${FUNCTIONS_SCHEMA}.${name}(${parameters}) as\n  ${body.trim()}`;
}

/** The body, in which `name` stands for the value of the expression. */
export function named(name: string, expression: string, body: string): string {
  return `list_transform([${expression}], lambda ${name}:\n    ${body})[1]`;
}
