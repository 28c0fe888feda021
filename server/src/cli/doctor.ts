import {
  checkCatalog,
  checkResolution,
  type Definitions,
  type FeatureView,
  needsVectors,
  relationsOf,
  sourcesOf,
} from "@featstore/definitions/compiler";
import { assetFolder, type Config, type ExitName } from "../core/index";
import { type Database, findDataFolderHolder, type SchemaState, schemaState } from "../database/index";
import { createEngine } from "../engine/index";
import { outsidePartsOf } from "../health/index";
import { createKeyService, createKeyStore, keySecretsOf } from "../keys/index";
import { createRegistryStore } from "../registry/index";
import { compareRows } from "../serving/index";
import { plural } from "./check/diagnostics-report";
import { type CheckResult, failed, ok, warning } from "./doctor/check-result";
import { checkClock } from "./doctor/clock-check";
import { checkEngines } from "./doctor/engine-checks";
import { checkKeys } from "./doctor/key-checks";
import { checkOutsideParts } from "./doctor/outside-checks";
import { checkOwnSchemas, checkSelect } from "./doctor/privilege-checks";
import { checkPgvector, checkVersion } from "./doctor/server-checks";
import { checkKeySecret, checkPrimary, checkSessionSettings } from "./doctor/session-checks";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { loadDefinitions } from "./kit/load-definitions";
import { nowMicros } from "./kit/now-micros";
import { isDatabaseAtHand, openCommandDatabase } from "./kit/open-command-database";
import { problemOf } from "./kit/problem-of";
import { configOf, type SessionArguments } from "./kit/session";

export const doctor = defineFeatstoreCommand({
  name: "doctor",
  summary: "Checks configuration, database, privileges and schemas, and advises what to do",
  args: {},
  examples: [
    { line: "featstore doctor", does: "every check with its advice" },
    { line: "featstore doctor --json", does: "for monitoring; fails like the exit code" },
  ],
  run: async (args, io) => {
    const { results, exit } = await examine(args, io);
    return {
      json: { ok: exit === "ok", checks: results.map((result) => ({ ...result, advice: result.advice ?? null })) },
      text: results.map(resultText).join("\n"),
      exit,
    };
  },
});

interface Examination {
  readonly results: readonly CheckResult[];
  readonly exit: ExitName;
}

async function examine(args: SessionArguments, io: CommandIo): Promise<Examination> {
  let config: Config;
  try {
    config = configOf(args, io);
  } catch (error) {
    const problem = problemOf(error, io.signal);
    const faults = problem.details.length > 0 ? problem.details : [problem.message];
    return { results: faults.map((fault) => failed("configuration", fault)), exit: "configuration" };
  }
  const results = [ok("configuration", config.file ?? "defaults and environment")];
  const definitions = await localDefinitions(config, results);
  results.push(checkKeySecret(config), ...(await checkOutsideParts(outsidePartsOf(config))));
  results.push(...(await checkEngines(config)));
  if (config.database.kind === "embedded") {
    results.push(await checkFolder(config));
    if (!(await isDatabaseAtHand(config))) {
      results.push(ok("database", "embedded, not created yet: the first apply or serve creates it"));
      return { results, exit: exitOf(results) };
    }
  }
  try {
    const { database, close } = await openCommandDatabase(config);
    try {
      await checkDatabase(database, definitions, results, config);
    } finally {
      await close();
    }
  } catch (error) {
    const problem = problemOf(error, io.signal);
    results.push(failed("database", `${problem.code}: ${problem.message}`, withoutDoctor(problem.advice)));
    return { results, exit: problem.exit === "failed" || problem.exit === "internal" ? "database" : problem.exit };
  }
  return { results, exit: exitOf(results) };
}

async function localDefinitions(config: Config, results: CheckResult[]): Promise<Definitions> {
  const { definitions, faults } = await loadDefinitions(config.definitions, config.folder);
  if (faults.length === 0)
    results.push(ok("definitions", `${plural(definitions.featureViews.length, "view")} in ${config.definitions}`));
  else if (faults.every(({ code }) => code === "definitions_not_found"))
    results.push(ok("definitions", `none in ${config.definitions}; servers need none, only check, plan and apply do`));
  else results.push(warning("definitions", faults[0]?.message ?? "", "featstore check shows all faults"));
  return definitions;
}

async function checkFolder({ dataDir }: Config): Promise<CheckResult> {
  const holder = await findDataFolderHolder(dataDir);
  return holder === undefined
    ? ok("data folder", `${dataDir}, not in use`)
    : ok("data folder", `${dataDir}, held by process ${holder.pid} on ${holder.hostname}; commands go through it`);
}

async function checkDatabase(
  database: Database,
  local: Definitions,
  results: CheckResult[],
  config: Config,
): Promise<void> {
  const isEmbedded = config.database.kind === "embedded";
  const version = await checkVersion(database);
  results.push(version);
  if (version.status === "failed") return;
  if (!isEmbedded) {
    results.push(await checkPrimary(database), ...(await checkSessionSettings(database)));
    results.push(await checkClock(database, nowMicros));
  }
  const schemas = isEmbedded ? undefined : await checkOwnSchemas(database);
  // Schemas of another owner cannot be inspected.
  const isOurs = schemas?.status !== "failed";
  const state = isOurs ? await schemaState(database, assetFolder("migrations")) : undefined;
  const registered = state?.pending.length === 0 ? await registeredViews(database) : [];
  const views = [...local.featureViews, ...registered];
  const all: Definitions = { featureViews: views, featureServices: [] };
  results.push(await checkPgvector(database, needsVectors(all)));
  if (schemas !== undefined) results.push(schemas);
  // A role that only serves does not read sources.
  if (schemas?.status !== "warning")
    results.push(...(await checkSelect(createEngine(database, config), sourcesOf(all))));
  if (state === undefined) return;
  results.push(checkMigrations(state));
  if (state.pending.length > 0) return;
  results.push(...(await checkDrift(database, config, registered, local.featureViews)));
  results.push(await checkServedValues(database));
  if (checkKeySecret(config).status !== "ok") return;
  const keys = createKeyService(createKeyStore(database), keySecretsOf(config));
  results.push(...(await checkKeys(keys, config, nowMicros())));
}

function checkMigrations({ number, isNewer, pending }: SchemaState): CheckResult {
  if (isNewer)
    return warning(
      "migrations",
      `a newer version has migrated the schema, to ${number}`,
      "upgrade this one too; until then it changes nothing in the schema",
    );
  if (pending.length === 0) return ok("migrations", "up to date");
  return number === 0
    ? warning("migrations", "Featstore is not set up in the database yet", "featstore apply sets it up")
    : warning("migrations", `pending: ${pending.join(", ")}`, "featstore apply or featstore serve applies them");
}

/** Reads one row of each served view as a request does, and compares it with the view's table. */
async function checkServedValues(database: Database): Promise<CheckResult> {
  const { featureViews } = await createRegistryStore(database).snapshot();
  const served = [...featureViews.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .filter((each) => each.state !== "retired" && each.served !== null);
  const differing: string[] = [];
  for (const registered of served) {
    const { features } = await compareRows(database, registered, { rows: 1 });
    differing.push(...features.map((name) => `${registered.view.name}@${registered.view.version} ${name}`));
  }
  if (differing.length === 0)
    return ok("served values", `a row of each of ${plural(served.length, "view")} is as its table has it`);
  return failed(
    "served values",
    `served differently from the table: ${differing.join(", ")}`,
    "look for a function or a setting of the database that is new, then run featstore materialize",
  );
}

async function registeredViews(database: Database): Promise<FeatureView[]> {
  const { featureViews } = await createRegistryStore(database).snapshot();
  return [...featureViews.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .filter(({ state }) => state !== "retired")
    .map(({ view }) => view);
}

/** Checks that the sources' tables still match the applied definitions. */
async function checkDrift(
  database: Database,
  config: Config,
  registered: readonly FeatureView[],
  local: readonly FeatureView[],
): Promise<readonly CheckResult[]> {
  if (registered.length === 0) return [ok("schema drift", "nothing is applied yet")];
  const definitions: Definitions = { featureViews: registered, featureServices: [] };
  const both: Definitions = { featureViews: [...registered, ...local], featureServices: [] };
  const catalog = await createEngine(database, config).describe(relationsOf(both));
  // The checks of the sources report missing privileges, with the SQL that grants them.
  const diagnostics = [
    ...checkCatalog(definitions, catalog).filter(({ code }) => code !== "relation_unreadable"),
    ...checkResolution(local, registered, catalog),
  ];
  if (diagnostics.length === 0) return [ok("schema drift", `none in ${plural(registered.length, "applied view")}`)];
  return diagnostics.map(({ severity, definition, path, message, suggestion }) => {
    const difference = `${definition}${path === "" ? "" : ` ${path}`}: ${message}`;
    return (severity === "error" ? failed : warning)("schema drift", difference, suggestion ?? undefined);
  });
}

function exitOf(results: readonly CheckResult[]): ExitName {
  const broken = results.filter(({ status }) => status === "failed").map(({ check }) => check);
  if (broken.length === 0) return "ok";
  const ofDatabase = (check: string) =>
    ["version", "pgvector", "schemas", "primary", "default_transaction_read_only"].includes(check) ||
    check.startsWith("source ");
  return broken.some(ofDatabase) ? "database" : "failed";
}

function resultText({ check, status, found, advice }: CheckResult): string {
  const mark = { ok: "ok     ", warning: "warning", failed: "failed " }[status];
  const line = `${mark} ${check}: ${found}`;
  return advice === undefined ? line : `${line}\n        ${advice}`;
}

/** Removes the parts of an advice that send the reader here. */
function withoutDoctor(advice: string | undefined): string | undefined {
  const parts = advice?.split("; ").filter((part) => !part.includes("featstore doctor")) ?? [];
  return parts.length === 0 ? undefined : parts.join("; ");
}
