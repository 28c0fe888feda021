import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./featstore-cli";
import { type Figure, isMet } from "./figure";
import { measureIncremental } from "./incremental";
import { describeMachine } from "./machine";
import { measureMaterialization } from "./materialization";
import { type Options, readOptions, usage } from "./options";
import { measurePointInTime } from "./point-in-time";
import { reportText } from "./print-report";
import { createReferenceDatabase, type ReferenceDatabase } from "./reference-database";
import { measureServing } from "./serving";
import { measureStart } from "./start";

const results = join(import.meta.dirname, "../results");

/** PostgreSQL's address, from the environment or from the services that run for development. */
function findDatabase(): string {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return given;
  try {
    const script = join(root, "scripts/services.sh");
    const text = execFileSync("bash", [script, "env"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [, url] = /TEST_DATABASE_URL=["']?([^"'\s]+)/.exec(text) ?? [];
    if (url) return url;
  } catch {
    // The same advice serves, whatever kept the script from answering.
  }
  throw new Error('There is no PostgreSQL to measure on: run "npm run services start", or set TEST_DATABASE_URL.');
}

async function run(options: Options): Promise<number> {
  const report = (line: string) => console.error(line);
  report(`generating ${options.tracks} tracks with ${options.analyses} analyses`);
  const database = await createReferenceDatabase(options);
  const figures: Figure[] = [];
  try {
    const measures: Record<Options["parts"][number], (into: ReferenceDatabase) => Promise<readonly Figure[]>> = {
      materialization: (into) => measureMaterialization(into, options, report),
      incremental: (into) => measureIncremental(into, options, report),
      "point-in-time": (into) => measurePointInTime(into, options, report),
      serving: (into) => measureServing(into, options, report),
      start: (into) => measureStart(into, options, report),
    };
    for (const part of options.parts) figures.push(...(await measures[part](database)));
    // Sizes this small measure nothing but constant costs.
    const judged = options.quick ? figures.map((figure) => ({ ...figure, bar: null })) : figures;
    const [server] = await database.sql<{ version: string }[]>`select version() as version`;
    const machine = {
      ...describeMachine(),
      database: (server?.version ?? "").split(" on ")[0] ?? "",
      data: `${database.tracks} tracks, ${database.analyses} analyses, synthetic`,
      "HTTP load": `${options.connections} connections, ${options.seconds} s each, ${options.keys} keys`,
      rounds: String(options.rounds),
    };
    console.log(reportText(judged, machine));
    mkdirSync(results, { recursive: true });
    const file = join(results, `${new Date().toISOString().replaceAll(":", "-").slice(0, 19)}.json`);
    writeFileSync(
      file,
      JSON.stringify({ machine, options: { ...options, database: undefined }, figures: judged }, null, 1),
    );
    console.log(`\nWritten to ${file}`);
    if (options.quick) console.log("A quick run: the sizes are too small for the ratios to mean anything.");
    return judged.every(isMet) ? 0 : 1;
  } finally {
    await database.drop();
  }
}

if (process.argv.includes("--help")) {
  console.log(usage);
} else {
  try {
    process.exitCode = await run(readOptions(process.argv.slice(2), findDatabase()));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
