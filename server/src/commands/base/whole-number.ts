import { CommandProblem } from "./command-problem";

/** The number an option gives, or its default; anything but digits is refused. */
export function wholeNumber(text: string | undefined, option: string, fallback: number): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (/^\d{1,15}$/.test(text)) return number;
  throw new CommandProblem({
    code: "number_invalid",
    what: `"${text}" is not a whole number`,
    where: option,
    exit: "usage",
  });
}
