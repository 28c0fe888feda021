import { type Actor, CommandProblem, commandActor, emailAddress } from "../../core/index";
import { createOperatorStore } from "../../organisations/index";
import type { CommandIo } from "../kit/command";
import { type MigrationPolicy, type Session, type SessionArguments, withDatabase } from "../kit/session";

export interface OperatorSession extends Pick<Session, "config"> {
  readonly store: ReturnType<typeof createOperatorStore>;
  /** The command, for the audit log. */
  readonly actor: Actor;
}

/** Opens the configured database for a command of the operator. */
export function withOperatorStore<Result>(
  { args, io, command }: { readonly args: SessionArguments; readonly io: CommandIo; readonly command: string },
  migrations: MigrationPolicy,
  body: (session: OperatorSession) => Promise<Result>,
): Promise<Result> {
  return withDatabase(args, io, migrations, ({ config, database }) =>
    body({ config, store: createOperatorStore(database), actor: commandActor(command) }),
  );
}

export function mailArgument(text: string): string {
  const email = emailAddress(text);
  if (email !== undefined) return email;
  throw new CommandProblem({
    code: "mail_invalid",
    what: `expected a mail address such as ada@example.com, got "${text.slice(0, 100)}"`,
    where: "<mail>",
    exit: "usage",
  });
}

/** Throws if a change found no organisation. */
export function requireFound(found: boolean, id: string): void {
  if (found) return;
  throw new CommandProblem({
    code: "organisation_not_found",
    what: `there is no organisation "${id.slice(0, 100)}"`,
    advice: "featstore organisations list shows the ids",
  });
}
