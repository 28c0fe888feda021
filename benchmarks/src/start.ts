import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerProcess, startServer } from "./child-process";
import { featstore, featstoreCommand, root } from "./featstore-cli";
import type { Figure } from "./figure";
import { measurement, ratioOf } from "./measurement";
import type { Options } from "./options";
import type { ReferenceDatabase } from "./reference-database";
import { createKeys, freePort, memoryFigure, servingEnvironment, singlePath, untilHeld } from "./serving";

const bare = join(import.meta.dirname, "../floors/http/bare.mjs");

interface Start {
  readonly milliseconds: number[];
  /** Milliseconds until every view was in memory. */
  readonly held: number[];
  readonly memory: number[];
}

/**
 * Measures the time from the start of the process to its first answered read, with only the operating system's file cache
 * warm: on PostgreSQL, embedded, and for a bare Hono application without data.
 */
export async function measureStart(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  try {
    await featstore(["materialize"], database.environment);
    const [key = ""] = await createKeys(database, 1);
    report("start: loading an embedded database");
    const embedded = await prepareEmbedded(folder, options);
    const native: Start = { milliseconds: [], held: [], memory: [] };
    const inProcess: Start = { milliseconds: [], held: [], memory: [] };
    const hono: Start = { milliseconds: [], held: [], memory: [] };
    for (let round = 0; round < options.rounds; round++) {
      report(`start: round ${round + 1} of ${options.rounds}`);
      await startOnce(native, (port) => ({
        command: featstoreCommand("serve"),
        environment: servingEnvironment(database, folder, port),
        headers: { authorization: `Bearer ${key}` },
        logFile: join(folder, "server.log"),
        heldAtLast: true,
      }));
      await startOnce(inProcess, (port) => ({
        command: featstoreCommand("serve"),
        environment: { ...embedded.environment, PORT: String(port) },
        headers: { authorization: `Bearer ${embedded.key}` },
        logFile: join(folder, "embedded.log"),
        heldAtLast: true,
      }));
      await startOnce(hono, (port) => ({
        command: [process.execPath, bare],
        environment: { PORT: String(port), NODE_ENV: "production" },
        headers: {},
        logFile: join(folder, "floor.log"),
        heldAtLast: false,
      }));
    }
    return [
      startFigure("cold start to first read, PostgreSQL", native.milliseconds, hono.milliseconds),
      startFigure("cold start to first read, embedded", inProcess.milliseconds, hono.milliseconds),
      startFigure("cold start to all in memory, PostgreSQL", native.held, hono.milliseconds),
      startFigure("cold start to all in memory, embedded", inProcess.held, hono.milliseconds),
      memoryFigure(
        "memory after that, PostgreSQL",
        measurement(native.memory).median,
        measurement(hono.memory).median,
        "bare Hono",
      ),
      memoryFigure(
        "memory after that, embedded",
        measurement(inProcess.memory).median,
        measurement(hono.memory).median,
        "bare Hono",
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prepares a data folder with the same data and definitions, materialized, and a key. */
async function prepareEmbedded(folder: string, options: Options) {
  const environment = {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    DATABASE_URL: undefined,
    FEATSTORE_DATA_DIR: join(folder, "embedded"),
    FEATSTORE_DEFINITIONS: join(root, "feature-definitions/definitions"),
    FEATSTORE_LOG_FILE: join(folder, "embedded-access.log"),
  };
  const size = ["--tracks", String(options.tracks), "--analyses", String(options.analyses), "--seed", "1"];
  await featstore(["sample", "generate", ...size], environment);
  await featstore(["apply"], environment);
  await featstore(["materialize"], environment);
  const created = JSON.parse(await featstore(["keys", "create", "--name", "benchmark", "--json"], environment));
  return { environment, key: String(created.key) };
}

async function startOnce(
  into: Start,
  setup: (port: number) => {
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly headers: Readonly<Record<string, string>>;
    readonly logFile: string;
    readonly heldAtLast: boolean;
  },
): Promise<void> {
  const port = await freePort();
  const { command, environment, headers, logFile, heldAtLast } = setup(port);
  const server: ServerProcess = await startServer({
    command,
    environment,
    origin: `http://127.0.0.1:${port}`,
    firstRequest: { path: singlePath(1), headers },
    logFile,
  });
  into.milliseconds.push(server.startedInMs);
  if (heldAtLast) into.held.push(await untilHeld(server));
  into.memory.push(server.memory());
  await server.stop();
}

function startFigure(name: string, ours: readonly number[], floor: readonly number[]): Figure {
  const [measured, floored] = [measurement(ours), measurement(floor)];
  return {
    name,
    unit: "ms",
    ours: measured,
    floorName: "bare Hono",
    floor: floored,
    ratio: ratioOf(measured, floored),
    bar: null,
    notes: {},
  };
}
