import { join } from "node:path";
import { DEFAULT_ENGINE, engineOf } from "@featstore/definitions/compiler";
import { CommandProblem, listNames } from "../core/index";
import { isSurelyDead, thisProcess } from "../database/index";
import { isOverEntity, openDatasets } from "../datasets/index";
import { createErasureStore, type EraseDependencies, erase as eraseKey } from "../erasure/index";
import type { RegistrySnapshot } from "../registry/index";
import { KEY_SEPARATOR, parseBatchKey } from "../serving/index";
import { createTrainingSetFiles, createTrainingSetStore } from "../training-sets/index";
import { erasureDocument, erasureText } from "./erase/erasure-report";
import { actor } from "./kit/actor";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { idOf } from "./kit/id-of";
import { withDatabase } from "./kit/session";
import { openSets } from "./training-set/open-sets";

export const erase = defineFeatstoreCommand({
  name: "erase",
  summary: "Erases an entity's key from all data that Featstore stores",
  args: {
    entity: { type: "positional", description: "The entity's name, speech", required: true },
    id: {
      type: "positional",
      description: "Its id; parts of a composite id are percent-encoded and separated by commas",
      required: true,
    },
    tenant: { type: "string", description: "Only the rows of this tenant (default: all tenants)", valueHint: "name" },
    "dry-run": { type: "boolean", description: "Show what would be erased, and erase nothing" },
    yes: { type: "boolean", description: "Erase without asking" },
    "delete-training-sets": { type: "boolean", description: "Delete the training sets that contain the key as well" },
    message: { type: "string", description: "The reason, for the history; do not name the key", valueHint: "text" },
  },
  examples: [
    { line: "featstore erase speech 7 --dry-run", does: "shows what would be erased" },
    { line: "featstore erase speech 7 --yes --delete-training-sets", does: "erases it everywhere, without asking" },
    {
      line: "featstore erase listener 4711 --tenant acme",
      does: "erases one tenant's rows, once the id is typed again",
    },
  ],
  run: (args, io) => {
    const dryRun = args["dry-run"] === true;
    if (dryRun && args.yes === true)
      throw new CommandProblem({
        code: "options_conflict",
        what: "--dry-run and --yes cannot be used together",
        where: "featstore erase",
        exit: "usage",
      });
    return withDatabase(args, io, "require", async (session) => {
      const snapshot = await session.registry.snapshot();
      const { entities } = snapshot;
      const entity = entities.get(args.entity);
      if (entity === undefined)
        throw new CommandProblem({
          code: "entity_not_found",
          what: `unknown entity "${args.entity}"`,
          advice: `known entities: ${listNames(entities.keys(), args.entity) || "none; run featstore apply first"}`,
        });
      const tenant = args.tenant ?? null;
      const key = parseBatchKey(entity, JSON.stringify(idOf(entity.key, args.id)), 0, tenant ?? "");
      const datasets = await openDatasets({ ...session, snapshot: () => session.registry.snapshot() });
      // A dataset has no rows of tenants.
      const published = tenant === null ? await datasets.store.datasets() : [];
      const request = {
        ...{ entity: entity.name, key: key.split(KEY_SEPARATOR), tenant, actor: actor() },
        ...{ message: args.message ?? null, holder: await thisProcess() },
        datasets: published
          .filter(({ definition }) => isOverEntity(definition, entity, snapshot))
          .map(({ definition }) => definition.name),
      };
      const sets = await openSets(session, createTrainingSetStore(session.database));
      const dependencies: EraseDependencies = {
        store: createErasureStore(session.database),
        engine: session.engine,
        files: createTrainingSetFiles(join(session.config.dataDir, "training-sets")),
        sets,
        datasets,
        offline: session.offline,
        isDead: isSurelyDead,
      };
      const options = {
        keyNames: entity.key.map(({ name }) => name),
        deleteTrainingSets: args["delete-training-sets"] === true,
        signal: io.signal,
      };
      const subject = { entity: entity.name, id: args.id, tenant, engines: enginesOf(snapshot, entity.name) };
      try {
        if (!dryRun && args.yes !== true) {
          const preview = await eraseKey(dependencies, request, { ...options, dryRun: true });
          await confirm(io, args.id, erasureText({ ...subject, dryRun: true }, preview));
        }
        const erasure = await eraseKey(dependencies, request, { ...options, dryRun });
        return {
          json: erasureDocument({ ...subject, dryRun }, erasure),
          text: erasureText({ ...subject, dryRun }, erasure),
        };
      } finally {
        await sets.close();
      }
    });
  },
});

/** Returns the names of the engines besides PostgreSQL that read sources of the entity's views. */
function enginesOf({ featureViews }: RegistrySnapshot, entity: string): readonly string[] {
  const views = [...featureViews.values()].flatMap(({ versions }) => [...versions.values()].map(({ view }) => view));
  const engines = views.filter((view) => view.entity.name === entity).map(({ source }) => engineOf(source));
  return [...new Set(engines)].filter((engine) => engine !== DEFAULT_ENGINE).sort();
}

/** Asks for the id again: a key whose source is gone cannot be restored. */
async function confirm(io: CommandIo, id: string, preview: string): Promise<void> {
  if (io.ask === undefined)
    throw new CommandProblem({
      code: "confirmation_required",
      what: "cannot ask for confirmation without a terminal",
      advice: "--yes erases without asking, --dry-run shows what would be erased",
      exit: "usage",
    });
  io.stderr(`${preview}\n`);
  const typed = await io.ask("This cannot be undone. Type the id to erase it: ");
  if (typed.trim() !== id)
    throw new CommandProblem({ code: "not_confirmed", what: "the typed id does not match: nothing was erased" });
}
