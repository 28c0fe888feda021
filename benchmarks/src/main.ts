import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureClients } from "./clients";
import { measureCompositeKeys } from "./composite-keys";
import { measureDatasets } from "./datasets";
import { type EnginesResult, measureEngines } from "./engines/measure-engines";
import { type FeastResult, measureFeast } from "./feast/measure-feast";
import { root } from "./featstore-cli";
import { type Figure, isMet } from "./figure";
import { measureGuard } from "./guard-cost";
import { measureIncremental } from "./incremental";
import { measureLargeSpines } from "./large-spines";
import { describeMachine } from "./machine";
import { measureMaterialization } from "./materialization";
import { measureOnline, type OnlineResult } from "./online/measure-online";
import { type Options, readOptions, type Services, tinySize, usage } from "./options";
import { measurePointInTime } from "./point-in-time";
import { reportText } from "./print-report";
import { createReferenceDatabase, type ReferenceDatabase } from "./reference-database";
import { writeReport } from "./report/write-report";
import { measureRequestCost } from "./request-cost";
import { measureServing } from "./serving";
import { measureStart } from "./start";

const results = join(import.meta.dirname, "../results");

/** Finds the addresses in the environment or from the running development services. */
function findServices(): Services {
  let running = "";
  try {
    const script = join(root, "scripts/services.sh");
    running = execFileSync("bash", [script, "env"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    // The advice is the same for any failure of the script.
  }
  const find = (name: string) =>
    process.env[name] || new RegExp(`^export ${name}=["']?([^"'\\s]+)`, "m").exec(running)?.[1];
  const database = find("TEST_DATABASE_URL");
  if (database === undefined)
    throw new Error('There is no PostgreSQL to measure on: run "npm run services start", or set TEST_DATABASE_URL.');
  return {
    database,
    redis: find("TEST_REDIS_URL") ?? null,
    extensions: find("TEST_DUCKDB_EXTENSIONS") ?? null,
    spark: find("TEST_SPARK_URL") ?? null,
    s3: find("TEST_S3_URL") ?? null,
  };
}

async function run(options: Options): Promise<number> {
  const report = (line: string) => console.error(line);
  // Feast and engines have data of their own.
  const needsTracks = options.parts.some((part) => part !== "feast" && part !== "engines");
  const database = await createReferenceDatabase(needsTracks ? options : { ...options, ...tinySize });
  const figures: Figure[] = [];
  const online: { result?: OnlineResult } = {};
  const feast: { result?: FeastResult } = {};
  const engines: { result?: EnginesResult } = {};
  try {
    const measures: Record<Options["parts"][number], (into: ReferenceDatabase) => Promise<readonly Figure[]>> = {
      materialization: (into) => measureMaterialization(into, options, report),
      incremental: async (into) => [
        ...(await measureIncremental(into, options, report)),
        ...(await measureCompositeKeys(into, options, report)),
      ],
      "point-in-time": (into) => measurePointInTime(into, options, report),
      serving: (into) => measureServing(into, options, report),
      guard: (into) => measureGuard(into, options, report),
      start: (into) => measureStart(into, options, report),
      "large-spines": (into) => measureLargeSpines(into, options, report),
      "request-cost": () => measureRequestCost(options, report),
      datasets: (into) => measureDatasets(into, options, report),
      clients: (into) => measureClients(into, options, report),
      engines: async (into) => {
        engines.result = await measureEngines(into, options, report);
        return engines.result.figures;
      },
      online: async (into) => {
        online.result = await measureOnline(into, options, report);
        return online.result.figures;
      },
      feast: async (into) => {
        feast.result = await measureFeast(into, options, report);
        return feast.result.figures;
      },
    };
    for (const part of options.parts) figures.push(...(await measures[part](database)));
    // Small sizes measure only constant costs.
    const judged = options.quick ? figures.map((figure) => ({ ...figure, bar: null })) : figures;
    const { redis = null } = online.result ?? {};
    const failed = { ...online.result?.failed, ...engines.result?.failed };
    const withoutFeast = feast.result?.skipped ?? null;
    const skipped = {
      ...online.result?.skipped,
      ...engines.result?.skipped,
      ...(withoutFeast === null ? {} : { feast: withoutFeast }),
    };
    const [server] = await database.sql<{ version: string; pgvector: string | null }[]>`
      select version() as version, (select extversion from pg_extension where extname = 'vector') as pgvector`;
    const machine = {
      ...describeMachine(),
      database: (server?.version ?? "").split(" on ")[0] ?? "",
      ...(server?.pgvector == null ? {} : { pgvector: server.pgvector }),
      ...(redis === null ? {} : { redis }),
      ...(!needsTracks ? {} : { data: `${database.tracks} tracks, ${database.analyses} analyses, synthetic` }),
      ...feast.result?.described,
      ...engines.result?.described,
      "HTTP load": `${options.connections} connections, ${options.seconds} s each, ${options.keys} keys`,
      rounds: String(options.rounds),
    };
    console.log(reportText(judged, machine));
    mkdirSync(results, { recursive: true });
    const file = join(results, `${new Date().toISOString().replaceAll(":", "-").slice(0, 19)}.json`);
    const { database: _, redis: __, extensions: ___, spark: ____, s3: _____, ...shownOptions } = options;
    const measuredAt = new Date().toISOString();
    writeFileSync(
      file,
      JSON.stringify({ measuredAt, machine, options: shownOptions, figures: judged, skipped, failed }, null, 1),
    );
    for (const [what, why] of Object.entries(skipped)) console.log(`\nNot measured: ${what}: ${why}`);
    for (const [what, how] of Object.entries(failed)) console.log(`\nFAILED: ${what}: ${how}`);
    console.log(`\nWritten to ${file}`);
    if (options.quick) console.log("A quick run: the sizes are too small for the ratios to mean anything.");
    return judged.every(isMet) && Object.keys(failed).length === 0 ? 0 : 1;
  } finally {
    await database.drop();
  }
}

if (process.argv.includes("--help")) {
  console.log(usage);
} else {
  try {
    const [first, ...rest] = process.argv.slice(2);
    if (first === "report") console.log(writeReport(rest));
    else process.exitCode = await run(readOptions(process.argv.slice(2), findServices()));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
