import type { CommandProblem } from "../../core/index";

type Printed = Pick<CommandProblem, "code" | "message" | "where" | "advice" | "details">;

/**
 * Formats a problem for the terminal: one line, then one line for each of several faults, without duplicates.
 *
 * `unknown_option: unknown option --foo (featstore check); try featstore check --help`
 */
export function problemText({ code, message, where, advice, details }: Printed): string {
  const line = message.replaceAll(/\s*\n\s*/g, " ");
  const all = details.join("; ");
  const listed = details.length > 1 ? line.indexOf(all) : -1;
  // Cut a message that lists the faults: each gets its own line.
  const what = listed < 0 ? line : line.slice(0, listed).replace(/[\s:;]+$/, "");
  const unsaid = details.filter((detail) => !what.includes(detail) && !what.includes(detail.replace(/^.*?: /, "")));
  const rest = `${where === undefined ? "" : ` (${where})`}${advice === undefined ? "" : `; ${advice}`}`;
  const first = `${code}: ${rest === "" ? what : what.replace(/\.$/, "")}${rest}`;
  return [first, ...unsaid.map((detail) => `  ${detail}`)].join("\n");
}
