import { type Actor, CommandProblem, commandActor, listNames } from "../../core/index";
import { type OpenDatasets, openDatasets, type RegisteredDataset, type Snapshot } from "../../datasets/index";
import type { CommandIo } from "../kit/command";
import { type Session, type SessionArguments, withDatabase } from "../kit/session";

export interface DatasetSession extends OpenDatasets {
  readonly session: Session;
  /** The command, for the audit log. */
  readonly actor: Actor;
}

/** Opens the datasets of the configured database for a command. */
export function withDatasets<Result>(
  { args, io, command }: { readonly args: SessionArguments; readonly io: CommandIo; readonly command: string },
  body: (datasets: DatasetSession) => Promise<Result>,
): Promise<Result> {
  return withDatabase(args, io, "require", async (session) => {
    const { config, database, engine, registry } = session;
    const opened = await openDatasets({ config, database, engine, snapshot: () => registry.snapshot() });
    try {
      return await body({ ...opened, session, actor: commandActor(command) });
    } finally {
      await opened.close();
    }
  });
}

/** Finds an applied dataset. Errors: `dataset_not_found`. */
export async function namedDataset({ store }: OpenDatasets, name: string): Promise<RegisteredDataset> {
  const all = await store.datasets();
  const found = all.find(({ definition }) => definition.name === name);
  if (found !== undefined) return found;
  const names = all.map(({ definition }) => definition.name);
  throw new CommandProblem({
    code: "dataset_not_found",
    what: `unknown dataset "${name.slice(0, 80)}"`,
    advice: `known datasets: ${listNames(names, name) || "none; run featstore apply first"}`,
  });
}

/** Finds a snapshot by `dataset@1.2.0`, or by its id. Errors: `snapshot_not_found`. */
export async function namedSnapshot({ store }: OpenDatasets, reference: string): Promise<Snapshot> {
  const [dataset = "", version] = reference.split("@");
  const found = version === undefined ? await store.snapshotById(reference) : await store.snapshot(dataset, version);
  if (found !== undefined) return found;
  throw new CommandProblem({
    code: "snapshot_not_found",
    what: `unknown snapshot "${reference.slice(0, 100)}"`,
    advice: "write its id, or the dataset and the version as in songs@1.2.0; featstore dataset list shows them",
  });
}

/** Returns the text of `--reason`, which people read. Errors: `reason_missing`. */
export function reasonOf(reason: string | undefined): string {
  const text = reason?.trim() ?? "";
  if (text !== "" && text.length <= 500) return text;
  throw new CommandProblem({
    code: "reason_missing",
    what: "expected a reason of 1 to 500 characters",
    where: "--reason",
    advice: 'say why, for its readers: --reason "At the request of the rights holder"',
    exit: "usage",
  });
}
