import type { ExitName } from "./exit-codes";

/** What a problem line is made of: `code: what, where, what to do`. */
export interface ProblemParts {
  readonly code: string;
  readonly what: string;
  /** The file, setting, table or option it is about. */
  readonly where?: string | undefined;
  readonly advice?: string | undefined;
  /** Each fault when there are several, printed on a line of its own. */
  readonly details?: readonly string[];
  readonly exit?: ExitName;
}

/** A failure the person at the terminal can do something about; printed as one line, never with a stack trace. */
export class CommandProblem extends Error {
  readonly code: string;
  readonly where: string | undefined;
  readonly advice: string | undefined;
  readonly details: readonly string[];
  readonly exit: ExitName;

  constructor(parts: ProblemParts, options?: ErrorOptions) {
    super(parts.what, options);
    this.name = "CommandProblem";
    this.code = parts.code;
    this.where = parts.where;
    this.advice = parts.advice;
    this.details = parts.details ?? [];
    this.exit = parts.exit ?? "failed";
  }
}

/** `unknown_option: unknown option --foo (featstore check); try featstore check --help` */
export function problemLine(problem: Pick<CommandProblem, "code" | "message" | "where" | "advice">): string {
  const where = problem.where === undefined ? "" : ` (${problem.where})`;
  const advice = problem.advice === undefined ? "" : `; ${problem.advice}`;
  return `${problem.code}: ${problem.message.replaceAll(/\s*\n\s*/g, " ")}${where}${advice}`;
}
