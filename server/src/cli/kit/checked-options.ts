import type { z } from "zod";
import { CommandProblem, type Fault } from "../../core/index";
import { checked } from "../../http/index";

/** Validates options by the schema of an operation's parameters of the same names. Errors: `invalid_parameter`. */
export function checkedOptions<Schema extends z.ZodType>(schema: Schema, options: Readonly<Record<string, unknown>>) {
  const present = Object.entries(options).filter(([, value]) => value !== undefined);
  return checked(schema, Object.fromEntries(present), refusedOption);
}

/** Builds the problem of an option with a wrong value. */
export function refusedOption([fault]: readonly Fault[]): CommandProblem {
  const where = `--${fault?.path}`;
  return new CommandProblem({ code: "invalid_parameter", what: fault?.detail ?? "", where, exit: "usage" });
}
