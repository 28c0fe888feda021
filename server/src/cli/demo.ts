import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { CommandProblem, type Config, FeatstoreError, isLoopback, SCOPES } from "../core/index";
import type { Deps } from "../deps";
import { type KeyService, parseApiKey } from "../keys/index";
import { buildSampleDataset, SAMPLE_DATASET } from "./demo/build-sample-dataset";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { configOf, type SessionArguments } from "./kit/session";
import { portOf } from "./serve/port-of";

const IDS = ["1", "2", "3"];
const FEATURES = [
  "speech_profile.title",
  "speech_profile.speaker",
  "speech_profile.party",
  "speech_profile.year",
  "speech_sentiment",
  "speech_language",
];
const BATCH_FEATURES = [
  "speech_profile.title",
  "speech_sentiment.sentiment",
  "speech_sentiment.confidence",
  "speech_language.words",
];
const EMBEDDING = "speech_embeddings.text";

export const demo = defineFeatstoreCommand({
  name: "demo",
  summary: "Serves the State of the Union sample from the embedded database",
  args: {
    lake: { type: "boolean", description: "Computes it from Parquet files with DuckDB, in a data folder of its own" },
    port: { type: "string", description: "Instead of PORT (8080); 0 takes a free one", valueHint: "n" },
  },
  examples: [
    { line: "featstore demo", does: "loads and computes on the first start; later starts serve at once" },
    { line: "PORT=9000 featstore demo", does: "on another port" },
    { line: "featstore demo --lake", does: "the same features from a folder of Parquet files, without a table" },
  ],
  run: async (args, io) => {
    const configured = demoConfig(args, io);
    const { host } = configured.server;
    const port = await freePort(host, portOf(args.port, configured.server.port));
    const config = withSignUp({ ...configured, server: { ...configured.server, port } });
    const lake = config.engines.lake?.roots[0];
    let key = "";
    const { untilStopped } = await import("./serve/until-stopped");
    const { prepareSample } = await import("./demo/prepare-sample");
    await untilStopped(
      config,
      io,
      ({ url }) => {
        const facts = {
          url,
          key_file: join(config.dataDir, "demo-key"),
          ids: IDS,
          features: FEATURES,
          batch_features: BATCH_FEATURES,
          embedding: EMBEDDING,
          dataset: SAMPLE_DATASET,
          ...(lake === undefined ? {} : { lake }),
        };
        io.stdout(args.json === true ? `${JSON.stringify(facts)}\n` : welcome(facts, key, config.auth !== null));
      },
      {
        async prepare(deps: Deps) {
          await prepareSample(deps, io);
          await buildSampleDataset(deps.datasets, io);
          key = await demoKey(deps.keys, config.dataDir);
        },
        // The log is a file that nobody looks into.
        onUnsentMail: ({ to, text }) => io.stderr(`\nMail to ${to}:\n\n${text.replaceAll(/^(?=.)/gm, "  ")}\n`),
      },
    );
    return {};
  },
});

/** Configures the demo. It is always embedded, so that it never fills a real database. Its log goes to the data folder. */
function demoConfig(args: SessionArguments & { readonly lake?: boolean | undefined }, io: CommandIo): Config {
  const environment = {
    ...io.environment,
    DATABASE_URL: undefined,
    DATABASE_DIRECT_URL: undefined,
    FEATSTORE_WORKERS: "1",
  };
  const usual = configOf(args, { ...io, environment });
  const dataDir = join(usual.dataDir, "lake-demo");
  const config =
    args.lake === true
      ? {
          ...configOf(args, { ...io, environment: { ...environment, FEATSTORE_DATA_DIR: dataDir } }),
          engines: lakeIn(dataDir),
        }
      : { ...usual, engines: {} };
  if (config.database.kind !== "embedded")
    throw new CommandProblem({
      code: "demo_needs_embedded",
      what: "the demo runs on the embedded database, but a database is configured",
      where: config.file ?? undefined,
      advice: "start it in a folder without featstore.config.yaml",
      exit: "configuration",
    });
  return {
    ...config,
    defaultEntity: config.defaultEntity ?? "speech",
    log: { ...config.log, file: config.log.file ?? join(config.dataDir, "server.log") },
  };
}

/** The engine of `demo --lake`: one folder of files, the defaults for the rest. */
function lakeIn(dataDir: string): Config["engines"] {
  return {
    lake: {
      kind: "duckdb",
      url: null,
      staging: join(dataDir, "engines/lake"),
      results: null,
      memoryMb: 1024,
      threads: availableParallelism(),
      roots: [join(dataDir, "lake")],
      extensions: null,
      s3: { endpoint: null, region: null },
    },
  };
}

/** Lets everybody sign up, who is at this machine, and read the sample. */
function withSignUp(config: Config): Config {
  const { auth, server, tiers } = config;
  if (auth !== null || !isLoopback(server.host)) return config;
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  return {
    ...config,
    auth: {
      baseUrl: `http://${host}:${server.port}`,
      signup: "open",
      domains: [],
      secret: null,
      sessionDays: 7,
      mail: null,
      oidc: null,
    },
    tiers: {
      ...tiers,
      levels: Object.fromEntries(
        Object.entries(tiers.levels).map(([name, level]) => [name, { ...level, resources: ["*"] }]),
      ),
    },
  };
}

interface DemoPlace {
  readonly url: string;
  readonly key_file: string;
  /** The folder of the Parquet files. */
  readonly lake?: string;
}

function welcome({ url, key_file: keyFile, lake }: DemoPlace, key: string, mayJoin: boolean): string {
  const header = `-H "Authorization: Bearer ${key}"`;
  const batch = JSON.stringify({ ids: IDS.map(Number), features: BATCH_FEATURES });
  return `
Featstore serves the US State of the Union addresses: ${url}

  API key        ${key}
                 (also in ${keyFile})
  documentation  ${url}/docs
${lake === undefined ? "" : `  Parquet files  ${lake}\n`}${mayJoin ? `  sign up        ${url}/portal  (any mail address; the mail with the link is shown here)\n` : ""}
One speech, a batch, and an embedding:

  curl ${header} "${url}/api/features/${IDS[0]}?features=${FEATURES.join(",")}"

  curl ${header} -H "Content-Type: application/json" -d '${batch}' ${url}/api/features/batch

  curl ${header} "${url}/api/embeddings/${IDS[0]}?embedding=${EMBEDDING}"

A dataset, verified, and its card:

  npx featstore dataset download ${SAMPLE_DATASET} --url ${url} --key-file ${keyFile} --to data

  curl -L ${header} ${url}/api/datasets/${SAMPLE_DATASET}/snapshots/latest/files/README.md

Ctrl-C stops it; the next start keeps everything.
`;
}

/** Returns the demo's API key: the one in the data folder's file `demo-key` if it is still valid, else a new one stored there. */
async function demoKey(keys: KeyService, dataFolder: string): Promise<string> {
  const path = join(dataFolder, "demo-key");
  const text = await readFile(path, "utf8").catch(() => "");
  const storedKey = text.trim();
  const id = parseApiKey(storedKey)?.id;
  const known = id === undefined ? undefined : (await keys.list()).find((key) => key.id === id);
  const isValid = known !== undefined && known.revokedAt === null;
  const key = isValid ? storedKey : (await keys.create({ name: "demo", scopes: SCOPES, tenant: null })).key;
  if (key !== text) {
    // Without a line break, so that a program can pass the file's text to a client.
    await writeFile(path, key, { mode: 0o600 });
    // The mode above applies to new files only.
    await chmod(path, 0o600);
  }
  return key;
}

/** Checks that the port is free before a minute of work, and returns it; 0 takes a free one. Errors: `port_in_use`. */
function freePort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => {
      const isTaken = "code" in error && error.code === "EADDRINUSE";
      const text = `Port ${port} is in use: stop the process that listens there, or set PORT to another port, PORT=${port + 1}.`;
      // The server itself reports any other fault when it starts to listen.
      if (isTaken) reject(new FeatstoreError("port_in_use", text, { cause: error }));
      else resolve(port);
    });
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}
