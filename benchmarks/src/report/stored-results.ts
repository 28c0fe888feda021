import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../featstore-cli";
import type { Figure } from "../figure";
import { barOf } from "../online/bars";
import { plotGroups, type ReportPart, reportParts } from "./plot-groups";

/** The committed results, one file for each part: `docs/benchmarks/results/online.json`. */
export const storedFolder = join(root, "docs/benchmarks/results");

/** The parts of a result file that the documents use. */
export interface Result {
  /** UTC. */
  readonly measuredAt: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly options: { readonly quick: boolean };
  readonly figures: readonly Figure[];
  readonly skipped: Readonly<Record<string, string>>;
  readonly failed: Readonly<Record<string, string>>;
  /** Shown above the figures, for example why they will be replaced. */
  readonly remark?: string;
}

export type Results = Readonly<Partial<Record<ReportPart, Result>>>;

/** Stores the shown figures of a result file for each part that it has. Errors: it has none, or is of a quick run. */
export function storeResult(file: string): readonly ReportPart[] {
  const { measuredAt, machine, options, figures, skipped, failed }: Result = JSON.parse(readFileSync(file, "utf8"));
  if (options.quick)
    throw new Error(`${file} is of a quick run: its sizes are too small for the figures to mean anything`);
  const stored = reportParts.filter((part) => {
    const own = figures.filter(({ plot }) => plot !== undefined && groupsOf(part).includes(plot.group));
    if (own.length === 0) return false;
    mkdirSync(storedFolder, { recursive: true });
    const result: Result = { measuredAt, machine, options, figures: own, skipped, failed };
    writeFileSync(join(storedFolder, `${part}.json`), `${JSON.stringify(result, null, 1)}\n`);
    return true;
  });
  if (stored.length === 0) throw new Error(`${file} has no figure of ${reportParts.join(" or ")}`);
  return stored;
}

/** Reads the committed results, and judges their figures by today's bars. */
export function readStoredResults(): Results {
  const entries = reportParts.flatMap((part) => {
    const file = join(storedFolder, `${part}.json`);
    if (!existsSync(file)) return [];
    const result: Result = JSON.parse(readFileSync(file, "utf8"));
    return [[part, { ...result, figures: result.figures.map(judgedToday) }]];
  });
  return Object.fromEntries(entries);
}

/** Replaces the bar that held when a figure was measured. A figure that had none still has none. */
export function judgedToday(figure: Figure): Figure {
  if (figure.bar === null || figure.plot === undefined) return figure;
  return { ...figure, bar: barOf(figure.plot.group, figure.name) };
}

function groupsOf(part: ReportPart): readonly string[] {
  return plotGroups.filter((group) => group.part === part).map(({ name }) => name);
}
