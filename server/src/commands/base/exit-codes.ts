/** The one table of exit codes; `featstore --help` and docs/generated/cli.md print it. */
export const exitCodes = {
  ok: { code: 0, means: "done" },
  failed: { code: 1, means: "what was asked for failed, or diagnostics, failing tests or problems were found" },
  usage: { code: 2, means: "the command line is wrong: unknown command, unknown option, missing value" },
  configuration: { code: 3, means: "featstore.config.yaml or an environment variable is wrong" },
  database: { code: 4, means: "the database cannot be reached, is too old, or refuses for lack of a privilege" },
  busy: { code: 5, means: "something is held by another process: data folder, port, or a running materialization" },
  internal: { code: 70, means: "a fault of Featstore itself" },
  interrupted: { code: 130, means: "ended by Ctrl-C" },
} as const;

export type ExitName = keyof typeof exitCodes;
