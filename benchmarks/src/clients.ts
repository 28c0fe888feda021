import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerProcess, startServer } from "./child-process";
import { featstore, featstoreCommand, root } from "./featstore-cli";
import type { Figure } from "./figure";
import { measurement, ratioOf } from "./measurement";
import type { Options } from "./options";
import { recordAnswers } from "./recorded-answers";
import type { ReferenceDatabase } from "./reference-database";
import { createKeys, freePort, SERVICE, servingEnvironment, singlePath, untilHeld } from "./serving";

const floors = join(import.meta.dirname, "../floors");
const BATCH = 100;
const CALLS = 500;
const URLLIB3 = "urllib3==2.8.0";

/** The figures of one client's program: microseconds of each round. */
interface Rounds {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
}

/**
 * Measures a batch of 100 with each client beside the bare HTTP library and the JSON parser of its language. Both read an
 * answer that Featstore gave, from a server that has it ready: the time of the store would hide that of the client.
 */
export async function measureClients(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  const servers: ServerProcess[] = [];
  try {
    const answers = join(folder, "answers.json");
    const [key = ""] = await createKeys(database, 1);
    const ids = (await database.sql<{ id: number }[]>`select id from tracks order by id limit ${BATCH}`).map(
      ({ id }) => id,
    );
    await record(database, { folder, answers, key, ids }, servers);
    const port = await freePort();
    const server = await startServer({
      command: [process.execPath, join(floors, "http/bare.mjs"), answers],
      environment: { PORT: String(port), NODE_ENV: "production" },
      origin: `http://127.0.0.1:${port}`,
      firstRequest: { path: singlePath(ids[0] ?? 1), headers: {} },
      logFile: join(folder, "bare.log"),
    });
    servers.push(server);
    const calls = options.quick ? 20 : CALLS;
    const input = JSON.stringify({ url: server.origin, key, ids, service: SERVICE, rounds: options.rounds, calls });
    const run = (command: string, args: readonly string[], environment = {}): Rounds =>
      JSON.parse(execFileSync(command, args, { input, encoding: "utf8", env: { ...process.env, ...environment } }));

    report("clients: TypeScript");
    const typescript = run(process.execPath, [join(floors, "clients/typescript.mjs")]);
    const figures = [figureOf("TypeScript", "fetch and JSON.parse", 1.15, typescript, calls)];
    const python = installPython(folder);
    if (python === null) {
      report("clients: Python is skipped: python3 with venv, or urllib3 from PyPI, is missing");
      return figures;
    }
    report("clients: Python");
    const sources = { PYTHONPATH: join(root, "sdk/python/src") };
    const pythonRounds = run(python, [join(floors, "clients/python_calls.py")], sources);
    return [...figures, figureOf("Python", "urllib3 and json", 1.3, pythonRounds, calls)];
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Recording {
  readonly folder: string;
  /** The file for the answers. */
  readonly answers: string;
  readonly key: string;
  readonly ids: readonly number[];
}

/** Writes Featstore's answers to a file, and stops the server. */
async function record(
  database: ReferenceDatabase,
  { folder, answers, key, ids }: Recording,
  servers: ServerProcess[],
): Promise<void> {
  await featstore(["materialize"], database.environment);
  const port = await freePort();
  const server = await startServer({
    command: featstoreCommand("serve"),
    environment: servingEnvironment(database, folder, port),
    origin: `http://127.0.0.1:${port}`,
    firstRequest: { path: singlePath(ids[0] ?? 1), headers: { authorization: `Bearer ${key}` } },
    logFile: join(folder, "server.log"),
  });
  servers.push(server);
  await untilHeld(server);
  const source = { origin: server.origin, keys: [key], ids, path: singlePath, service: SERVICE };
  await recordAnswers({ ...source, file: answers });
}

/** Makes a virtual environment with urllib3; null if that is impossible. */
function installPython(folder: string): string | null {
  const python = join(folder, "python/bin/python");
  try {
    execFileSync("python3", ["-m", "venv", join(folder, "python")], { stdio: "ignore" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", URLLIB3], { stdio: "ignore" });
    return python;
  } catch {
    return null;
  }
}

function figureOf(client: string, floorName: string, bar: number, rounds: Rounds, calls: number): Figure {
  const [ours, floor] = [measurement(rounds.ours), measurement(rounds.floor)];
  return {
    name: `batch of ${BATCH} with the ${client} client`,
    unit: "µs",
    ...{ ours, floorName, floor, ratio: ratioOf(ours, floor), bar: { kind: "at most", value: bar } },
    notes: { "calls of a round": calls, "median of": "calls, in turns with the floor's" },
  };
}
