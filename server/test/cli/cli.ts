import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { commands } from "../../src/cli/index";
import { runCli } from "../../src/cli/kit/run-cli";
import { loadConfig } from "../../src/core/config";
import type { Database } from "../../src/database/database";
import { openServerDatabase } from "../../src/database/open-server-database";
import { keepPgliteCode, pgliteFolder } from "../helpers/pglite-image";

export interface CliOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCommand {
  readonly outcome: Promise<CliOutcome>;
  /** Sends Ctrl-C. */
  readonly stop: () => void;
  /** Resolves to stdout once it contains the words. */
  readonly says: (words: string) => Promise<string>;
}

/** A project folder in which commands run, in this process. */
export interface CliProject {
  readonly folder: string;
  readonly environment: Record<string, string | undefined>;
  /** Writes files, by path. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  run(...line: string[]): Promise<CliOutcome>;
  /** Runs a command and sends Ctrl-C once it prints `words`. */
  runUntil(words: string, ...line: string[]): Promise<CliOutcome>;
  /** Starts a command that runs until it is stopped. */
  start(line: readonly string[]): StartedCommand;
  /** Opens the project's database until `remove`: each command finds it by its socket instead of starting the embedded one. */
  open(): Promise<Database>;
  /** Runs a command with `--json` and parses stdout. */
  json(...line: string[]): Promise<{ readonly code: number; readonly stderr: string; readonly document: unknown }>;
  remove(): Promise<void>;
}

/**
 * Without DATABASE_URL the project has an embedded database with all migrations; with `isNew` it has none, and the first command
 * that needs one creates it, which takes seconds.
 */
export async function createCliProject(
  environment: Record<string, string | undefined> = {},
  { isNew = false }: { readonly isNew?: boolean } = {},
): Promise<CliProject> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-cli-"));
  if (environment.DATABASE_URL === undefined) {
    await keepPgliteCode();
    if (!isNew) await cp(await pgliteFolder(), join(folder, ".featstore/database"), { recursive: true });
  }
  let opened: Awaited<ReturnType<typeof openServerDatabase>> | undefined;
  const project: CliProject = {
    folder,
    environment: { FEATSTORE_LOG_LEVEL: "silent", ...environment },
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), text);
      }
    },
    run: (...line) => project.start(line).outcome,
    runUntil(words, ...line) {
      const started = project.start(line);
      started.says(words).then(started.stop);
      return started.outcome;
    },
    start(line) {
      const written = { stdout: "", stderr: "" };
      const stopping = new AbortController();
      const listeners = new Set<() => void>();
      const write = (stream: "stdout" | "stderr") => (text: string) => {
        written[stream] += text;
        for (const listener of listeners) listener();
      };
      const io = {
        stdout: write("stdout"),
        stderr: write("stderr"),
        terminal: false,
        environment: project.environment,
        workingFolder: folder,
        signal: stopping.signal,
      };
      const outcome = runCli(line, io, commands, "0.0.0").then((code) => ({ code, ...written }));
      return {
        outcome,
        stop: () => stopping.abort(),
        says: (words) =>
          new Promise((resolve) => {
            const look = () => {
              if (`${written.stderr}\n${written.stdout}`.includes(words)) resolve(written.stdout);
            };
            listeners.add(look);
            look();
          }),
      };
    },
    async open() {
      opened ??= await openServerDatabase(loadConfig({ env: project.environment, folder }));
      return opened.database;
    },
    async json(...line) {
      const { code, stdout, stderr } = await project.run(...line, "--json");
      return { code, stderr, document: JSON.parse(stdout) };
    },
    async remove() {
      await opened?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return project;
}

/** Writes a definition over a table of songs, with optional changes. */
export function songDefinitions({
  version = 1,
  features = "plays: count().describe('Plays'), title: latest(s.title).describe('Title')",
  table = "songs",
}: {
  readonly version?: number;
  readonly features?: string;
  readonly table?: string;
} = {}): string {
  return `import { count, entity, featureService, featureView, int64, latest, source, string, vector } from "@featstore/definitions";
void vector;
export const songs = source({
  name: "songs", table: "${table}", key: { song_id: int64().from("id") }, eventTime: { column: "created_at", zone: "UTC" },
  tieBreak: "id", history: "current", columns: { title: string().nullable() },
});
export const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
export const songProfile = featureView({
  name: "song_profile", version: ${version}, entity: song, from: songs, owner: "me", description: "Songs",
  features: (s) => ({ ${features} }),
});
export const shelf = featureService({ name: "shelf", version: 1, features: [songProfile.all()] });
`;
}

export const songTable = `
create table songs (id integer primary key, title text, created_at timestamp not null);
insert into songs values (1, 'Anthem', '2026-01-01 10:00'), (2, null, '2026-01-02 10:00:00.123456')`;
