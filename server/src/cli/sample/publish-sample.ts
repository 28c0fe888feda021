import { collectDefinitions, type Definitions, resolveRelations } from "@featstore/definitions/compiler";
import { speechFiles } from "@featstore/samples";
import { CommandProblem, type Config } from "../../core/index";
import { type Database, isSurelyDead, thisProcess } from "../../database/index";
import { applyDatasets, createDatasetDefinitions } from "../../datasets/index";
import { createEngine } from "../../engine/index";
import { createRunLog, type MaterializeDependencies, materialize } from "../../materialization/index";
import { apply, createRegistryStore } from "../../registry/index";
import type { CommandIo } from "../kit/command";
import { startProgress } from "../materialize/progress";
import { refusalCauses } from "../plan/refusal-text";

export interface PublishSampleOptions {
  readonly readBack: NonNullable<MaterializeDependencies["readBack"]>;
  /** The name under which the definitions are applied: that of the command. */
  readonly appliedBy: string;
  /** Which views to materialize: all, or those without a published generation. */
  readonly views: "all" | "waiting";
  /** Default: `tables`. The engine `lake` has the `files`. */
  readonly over?: "tables" | "files";
  /** The advice if the definitions contradict those of an earlier version. */
  readonly advice: string;
}

/** Applies the definitions of the sample and materializes them; returns the names of the materialized views. */
export async function publishSample(
  { database, config }: { readonly database: Database; readonly config: Pick<Config, "engines"> },
  io: CommandIo,
  { readBack, appliedBy, views: which, over = "tables", advice }: PublishSampleOptions,
): Promise<readonly string[]> {
  const registry = createRegistryStore(database);
  // Bundled with the program, so that it works without TypeScript.
  const sample = await import("../../../../samples/state-of-the-union/definitions/index");
  const collected = collectDefinitions([sample]);
  const definitions = over === "files" ? overFiles(collected) : collected;
  const engine = createEngine(database, config);
  const { plan } = await apply({ registry, catalog: engine }, definitions, { appliedBy });
  if (plan.outcome === "refused")
    throw new CommandProblem({
      code: "demo_definitions_refused",
      what: "this database refuses the sample's definitions",
      details: refusalCauses(plan),
      advice,
    });
  await applyDatasets({ definitions: createDatasetDefinitions(database), catalog: engine }, definitions, appliedBy);
  const { featureViews } = await registry.snapshot();
  const sampleNames = new Set(definitions.featureViews.map(({ name }) => name));
  const views = [...featureViews.values()].flatMap(({ versions }) =>
    [...versions.values()]
      .filter(({ view, state }) => state !== "retired" && (which === "waiting" || sampleNames.has(view.name)))
      .filter(({ served }) => which === "all" || served === null)
      .map(({ view }) => `${view.name}@${view.version}`),
  );
  if (views.length === 0) return views;
  const progress = startProgress(io);
  const report = await materialize(
    {
      ...{ registry, engine, offline: createRunLog(database), holder: await thisProcess(), isDead: isSurelyDead },
      readBack,
    },
    { views, onProgress: progress.show, signal: io.signal },
  ).finally(progress.end);
  for (const { view, version, warnings } of report.views)
    for (const { code, message } of warnings) io.stderr(`warning: ${code}: ${view}@${version}: ${message}\n`);
  const failure = report.views.find(({ state }) => state === "failed");
  if (failure !== undefined)
    throw new CommandProblem({
      code: failure.failure?.code ?? "internal",
      what: `${failure.view}: ${failure.failure?.message ?? "failed"}`,
    });
  return views;
}

/** Replaces the sample's tables with its files, in every view. So the definitions over tables and over files are the same. */
function overFiles(definitions: Definitions): Definitions {
  const featureViews = definitions.featureViews.map((view) =>
    resolveRelations(view, (relation) => {
      const files =
        relation.kind === "table" ? Object.entries(speechFiles).find(([table]) => table === relation.table) : undefined;
      if (files === undefined) throw new Error(`${view.name} reads what the sample has no files of`);
      return { kind: "files", engine: "lake", ...files[1] };
    }),
  );
  return { ...definitions, featureViews };
}
