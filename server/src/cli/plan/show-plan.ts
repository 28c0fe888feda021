import { styleText } from "node:util";
import { planDatasets } from "../../datasets/index";
import { type PlanOptions, plan, planChanges } from "../../registry/index";
import type { CommandIo, CommandResult } from "../kit/command";
import { loadUserDefinitions, requireLoaded } from "../kit/load-user-definitions";
import { type SessionArguments, withDatabase } from "../kit/session";
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
    const checks = { strict: args.strict === true, engines: config.engines };
    const planned = await plan(dependencies, definitions, { ...checks, ...options });
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

type Style = Parameters<typeof styleText>[0];

// `plan` decides whether the output is a terminal; the function itself would look at the process's own.
const paint = (style: Style, text: string): string => styleText(style, text, { validateStream: false });

const stateStyles: Readonly<Record<string, Style>> = {
  new: "green",
  "new version": "yellow",
  changed: "yellow",
  refused: "red",
  unchanged: "dim",
};

/** Adds a terminal's colours to the text of a plan, line by line; without them, the text is the same. */
export function colourPlan(text: string): string {
  return text.split("\n").map(colourLine).join("\n");
}

function colourLine(line: string): string {
  if (line.startsWith("Rejected:")) return paint(["bold", "red"], line);
  const head = /^(view|service|dataset) (\S+): (new version|[a-z]+)(.*)$/.exec(line);
  if (head !== null) {
    const [, kind, name, state = "", rest = ""] = head;
    return `${kind} ${paint("bold", name ?? "")}: ${paint(stateStyles[state] ?? "cyan", state)}${rest}`;
  }
  if (/^\s+\+ /.test(line)) return paint("green", line);
  if (/^\s+- /.test(line)) return paint("red", line);
  return line
    .replaceAll(/(\S+) → (\S+)/g, (_, before, after) => `${paint("red", before)} → ${paint("green", after)}`)
    .replaceAll(/(?<= )(?!0\.0 %)[\d.]+ %(?= )/g, (share) => paint("yellow", share));
}
