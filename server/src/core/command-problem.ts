/** All exit codes; printed by `featstore --help` and in docs/generated/cli.md. */
export const exitCodes = {
  ok: { code: 0, means: "done" },
  failed: { code: 1, means: "the command failed, or found diagnostics, failing tests or problems" },
  usage: { code: 2, means: "the command line is wrong: unknown command, unknown option, missing value" },
  configuration: { code: 3, means: "featstore.config.yaml or an environment variable is wrong" },
  database: { code: 4, means: "the database cannot be reached, is too old, or denies a privilege" },
  busy: { code: 5, means: "another process holds the data folder, the port or a running materialization" },
  internal: { code: 70, means: "a fault of Featstore itself" },
  interrupted: { code: 130, means: "interrupted by Ctrl-C" },
} as const;

export type ExitName = keyof typeof exitCodes;

/** The parts of a problem line: `code: what, where, what to do`. */
export interface ProblemParts {
  readonly code: string;
  readonly what: string;
  /** The file, setting, table or option it is about. */
  readonly where?: string | undefined;
  readonly advice?: string | undefined;
  /** The single faults where there are several; each is printed on its own line. */
  readonly details?: readonly string[];
  readonly exit?: ExitName;
}

/** A failure that the user can act on; printed as one line, never with a stack trace. */
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
