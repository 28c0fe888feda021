import { CommandProblem } from "./command-problem";

/** The number an option gives, or its default; anything but digits is refused, and what is below `min`. */
export function wholeNumber(text: string | undefined, option: string, fallback: number, min = 0): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number >= min) return number;
  throw new CommandProblem({
    code: "number_invalid",
    what: `"${text}" is not a whole number${min === 0 ? "" : ` from ${min} on`}`,
    where: option,
    exit: "usage",
  });
}
