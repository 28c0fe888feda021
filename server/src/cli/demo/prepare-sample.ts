import { collectDefinitions } from "@featstore/definitions/compiler";
import { loadSample } from "@featstore/samples";
import { assetFolder, CommandProblem } from "../../core/index";
import { isSurelyDead, thisProcess } from "../../database/index";
import { applyDatasets, createDatasetDefinitions } from "../../datasets/index";
import type { Deps } from "../../deps";
import { createOfflineStore, materialize } from "../../materialization/index";
import { apply, createRegistryStore, createSourceCatalogStore } from "../../registry/index";
import type { CommandIo } from "../kit/command";
import { nowMicros } from "../kit/now-micros";
import { startProgress } from "../materialize/progress";

/** Loads the sample, applies the shipped definitions and materializes them, skipping what is already there. */
export async function prepareSample({ database, registry: serving }: Deps, io: CommandIo): Promise<void> {
  const [present] = await database.query<{ loaded: boolean }>({
    text: "select to_regclass('public.tracks') is not null and to_regclass('public.analysis_results') is not null as loaded",
  });
  if (present?.loaded !== true) {
    io.stderr("Loading the sample…\n");
    await loadSample({
      database,
      folder: assetFolder("samples/state-of-the-union/data"),
      until: nowMicros(),
    });
  }
  const registry = createRegistryStore(database);
  // Bundled with the program, so that the demo runs without TypeScript.
  const shipped = await import("../../../../samples/state-of-the-union/definitions");
  const definitions = collectDefinitions([shipped]);
  const catalog = createSourceCatalogStore(database);
  const { plan } = await apply({ registry, catalog }, definitions, { appliedBy: "demo" });
  if (plan.outcome === "refused")
    throw new CommandProblem({
      code: "demo_definitions_refused",
      what: "the shipped definitions differ in meaning from those of an earlier version in this data folder",
      advice: "remove the data folder and start again",
    });
  await applyDatasets({ definitions: createDatasetDefinitions(database), catalog }, definitions, "demo");
  const { featureViews } = await registry.snapshot();
  const waiting = [...featureViews.values()].flatMap(({ versions }) =>
    [...versions.values()]
      .filter(({ served, state }) => served === null && state !== "retired")
      .map(({ view }) => `${view.name}@${view.version}`),
  );
  if (waiting.length > 0) {
    const progress = startProgress(io);
    const report = await materialize(
      { registry, offline: createOfflineStore(database), holder: await thisProcess(), isDead: isSurelyDead },
      { views: waiting, onProgress: progress.show, signal: io.signal },
    ).finally(progress.end);
    const failure = report.views.find(({ state }) => state === "failed");
    if (failure !== undefined)
      throw new CommandProblem({
        code: failure.failure?.code ?? "internal",
        what: `${failure.view}: ${failure.failure?.message ?? "failed"}`,
      });
  }
  await serving.refresh();
}
