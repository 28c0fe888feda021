import { planDatasets } from "../../datasets/index";
import { type PlanOptions, plan, planChanges } from "../../registry/index";
import type { CommandIo, CommandResult } from "../kit/command";
import { loadUserDefinitions, requireLoaded } from "../kit/load-user-definitions";
import { type SessionArguments, withDatabase } from "../kit/session";
import { colourPlan } from "./colour-plan";
import { planDocument, planText } from "./plan-report";

export interface PlanArguments extends SessionArguments {
  readonly strict?: boolean | undefined;
  readonly definitions?: string | undefined;
}

/** Builds the result of `featstore plan` and `featstore apply --dry-run`. */
export function showPlan(
  args: PlanArguments,
  io: CommandIo,
  options: Pick<PlanOptions, "compare"> = {},
): Promise<CommandResult> {
  return withDatabase(args, io, "tolerate", async ({ registry, catalog, planning, reads, datasets, config }) => {
    const loaded = await loadUserDefinitions(args, config, io);
    const definitions = requireLoaded(loaded);
    const dependencies = { registry, catalog, planning, reads };
    const planned = await plan(dependencies, definitions, { strict: args.strict === true, ...options });
    const sources = planned.views.length === 0 ? [] : await planChanges(catalog, definitions);
    const isRefused = planned.outcome === "refused";
    const only = { addsOnly: planned.isStale };
    const plannedDatasets = isRefused ? [] : await planDatasets({ definitions: datasets, catalog }, definitions, only);
    const parts = { fileOf: loaded.fileOf, sources, datasets: plannedDatasets };
    const text = planText(planned, parts);
    return {
      json: planDocument(planned, parts),
      text: io.colours === true ? colourPlan(text) : text,
      exit: isRefused ? "failed" : "ok",
    };
  });
}
