import { CommandProblem } from "../../core/index";
import { wholeNumber } from "../kit/whole-number";

/** Parses a limit; undefined if the option is absent. */
export function limitNumber(
  text: string | undefined,
  option: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (text === undefined) return undefined;
  const number = wholeNumber(text, option, min, min);
  if (number <= max) return number;
  const what = `expected at most ${max}, got "${text}"`;
  throw new CommandProblem({ code: "number_invalid", what, where: option, exit: "usage" });
}
