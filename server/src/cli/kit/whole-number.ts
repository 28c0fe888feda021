import { CommandProblem } from "../../core/index";

/** Parses an option as a whole number of at least `min`; returns `fallback` if the option is absent. */
export function wholeNumber(text: string | undefined, option: string, fallback: number, min = 0): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number >= min) return number;
  throw new CommandProblem({
    code: "number_invalid",
    what: `expected a whole number${min === 0 ? "" : ` of at least ${min}`}, got "${text}"`,
    where: option,
    exit: "usage",
  });
}
