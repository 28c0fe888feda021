import { applyDatasets, isWritten } from "../datasets/index";
import { apply as applyDefinitions, type RegistrySnapshot, type Versions } from "../registry/index";
import { plural } from "./check/diagnostics-report";
import { actor } from "./kit/actor";
import { defineFeatstoreCommand } from "./kit/command";
import { databaseLabel } from "./kit/database-label";
import { loadUserDefinitions, requireLoaded } from "./kit/load-user-definitions";
import { withDatabase } from "./kit/session";
import { wholeNumber } from "./kit/whole-number";
import { planDocument, planText } from "./plan/plan-report";
import { showPlan } from "./plan/show-plan";

export const apply = defineFeatstoreCommand({
  name: "apply",
  summary: "Writes the definitions into the registry, all or nothing",
  args: {
    strict: { type: "boolean", description: "As strict as check --strict" },
    message: { type: "string", description: "The reason, for the history", valueHint: "text" },
    "dry-run": {
      type: "boolean",
      description: "Show what would be applied, as featstore plan does, and write nothing",
    },
    "no-promote": {
      type: "boolean",
      description: "Stage new versions: they can be materialized and read pinned until they are promoted",
    },
    revision: {
      type: "string",
      description: "The revision of the plan you reviewed; fails if the registry has changed since",
      valueHint: "n",
    },
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore apply", does: "applies the plan and names the database" },
    { line: "featstore apply --dry-run", does: "the same as featstore plan" },
    { line: 'featstore apply --message "longer window"', does: "with a reason for the history" },
    { line: "featstore apply --no-promote", does: "stages new versions; featstore promote serves them" },
    { line: "featstore apply --revision 12", does: "only if the registry is still at that revision" },
  ],
  run: (args, io) => {
    if (args["dry-run"] === true) return showPlan(args, io);
    const planned = args.revision === undefined ? undefined : wholeNumber(args.revision, "--revision", 0);
    return withDatabase(args, io, "apply", async ({ registry, catalog, planning, datasets, config }) => {
      const loaded = await loadUserDefinitions(args, config, io);
      const definitions = requireLoaded(loaded);
      const { plan, revision } = await applyDefinitions({ registry, catalog, planning }, definitions, {
        strict: args.strict === true,
        engines: config.engines,
        appliedBy: actor(),
        promote: args["no-promote"] !== true,
        ...(planned === undefined ? {} : { revision: planned }),
        ...(args.message === undefined ? {} : { message: args.message }),
      });
      const isRefused = plan.outcome === "refused";
      const stores = { definitions: datasets, catalog };
      const only = { addsOnly: plan.isStale };
      const applied = isRefused ? [] : await applyDatasets(stores, definitions, actor(), only);
      const names = applied.filter(isWritten).map(({ name }) => name);
      const parts = { fileOf: loaded.fileOf, datasets: applied };
      const database = databaseLabel(config);
      const outcome = isRefused
        ? `Nothing was applied to ${database}.`
        : revision !== null
          ? `Applied to ${database} as revision ${revision}. Next: featstore materialize`
          : names.length > 0
            ? `Applied to ${database}: ${plural(names.length, "dataset")}.`
            : `Nothing to apply to ${database}.`;
      const meanings = isRefused ? [] : meaningLines(await registry.snapshot(), plan);
      return {
        json: { ...planDocument(plan, parts), applied_revision: revision, applied_datasets: names, database },
        text: [planText(plan, parts), ...meanings, outcome].join("\n"),
        exit: isRefused ? "failed" : "ok",
      };
    });
  },
});

interface Applied {
  readonly name: string;
  readonly version: number;
}

/**
 * Writes a line for each name that does not point to the newest applied version, as after `--no-promote`, or until the
 * new version can be read.
 */
function meaningLines(
  { featureViews, featureServices }: RegistrySnapshot,
  applied: { readonly views: readonly Applied[]; readonly services: readonly Applied[] },
): readonly string[] {
  return [...linesOf(applied.views, featureViews), ...linesOf(applied.services, featureServices)];
}

function linesOf(
  applied: readonly Applied[],
  registered: ReadonlyMap<string, Pick<Versions<unknown>, "promoted" | "next" | "rolledBackFrom">>,
): readonly string[] {
  const names = [...new Set(applied.map(({ name }) => name))];
  return names.flatMap((name) => {
    const newest = Math.max(...applied.filter((each) => each.name === name).map(({ version }) => version));
    const entry = registered.get(name);
    // The plan's text says which versions wait after a rollback.
    if (entry === undefined || entry.promoted >= newest || entry.rolledBackFrom !== undefined) return [];
    if (entry.next === newest)
      return [
        `"${name}" points to version ${entry.promoted} until version ${newest} is materialized for the first time.`,
      ];
    return [
      `"${name}" points to version ${entry.promoted}, not version ${newest}: run featstore promote ${name}@${newest} to change that.`,
    ];
  });
}
