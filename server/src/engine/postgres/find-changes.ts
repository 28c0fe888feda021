import {
  boundedNulls,
  type ChangeScan,
  changedKeysQuery,
  changedKeysTable,
  compileChangedEntities,
  keepsItsKeys,
  postgresDialect,
  type ViewChanges,
  viewChanges,
} from "@featstore/definitions/compiler";
import type { Database } from "../../database/index";
import { type AppliedView, hasOwnQuery, keyColumns } from "../applied-view";
import type { FullReason, ViewFills } from "../view-fills";
import {
  type ChangeBaseline,
  type ChangedEntities,
  type ChangeScanRequest,
  type ChangeSet,
  createChangeCalls,
} from "./change-calls";

/** A view whose changes can be found, and the indexes of its scans. */
interface Plan {
  readonly changes: ViewChanges;
  readonly scans: readonly PlannedScan[];
}

/** A scan that several views share. It starts at the earliest of their runs, and each view takes its own part. */
interface PlannedScan {
  readonly scan: ChangeScan;
  since: Since;
  readonly views: { readonly view: string; readonly version: number }[];
  readonly edges: Set<number>;
  /** The columns that the views read, each with its use. */
  readonly columns: Set<string>;
  /** The number of views that are built from the source's rows, and the scans that find the entities to compute. */
  readers: number;
  readonly siblings: Set<PlannedScan>;
}

type Since = Pick<ChangeBaseline, "horizon" | "asOf">;

/** Finds what changed in the views' sources since their served generations: see `ViewFills.findChanges`. */
export function createFindChanges(database: Database): ViewFills["findChanges"] {
  const calls = createChangeCalls(database);
  return async (views, { holder, asOf }, options) => {
    const baselines = await calls.changeBaselines(options);
    const scans = new Map<string, PlannedScan>();
    const plans = new Map<AppliedView, Plan | FullReason>();
    for (const applied of views) plans.set(applied, plan(applied, baselines, scans));
    const plannedScans = [...scans.values()];
    const changeSet =
      plannedScans.length === 0
        ? null
        : await calls.findChanges(
            holder,
            asOf,
            plannedScans.map((each) => scanRequest(each, plannedScans)),
            options,
          );

    const changesOf = (applied: AppliedView): ChangedEntities | { readonly full: FullReason } => {
      const planned = plans.get(applied) ?? "no_baseline";
      if (typeof planned === "string" || changeSet === null)
        return { full: typeof planned === "string" ? planned : "no_baseline" };
      const positions = planned.scans.map((scan) => plannedScans.indexOf(scan));
      const tables = positions.map((position) => changeSet.tables[position] ?? null);
      if (!tables.every((table) => table !== null)) {
        const reasons = positions.map((position) => changeSet.reasons[position] ?? null);
        return { full: reasons.find((reason) => reason !== null) ?? "source_not_scanned" };
      }
      const source = planned.changes.readsFirst ? (changeSet.copies[positions[0] ?? -1] ?? null) : null;
      return changedEntities(applied, planned, tables, source, changeSet);
    };

    return {
      asOf: changeSet?.asOf ?? null,
      lease: changeSet,
      fill: async (run, applied, fillOptions) => calls.fillChanged(run, changesOf(applied), fillOptions),
      async drop() {
        if (changeSet !== null) await calls.dropChanges(changeSet);
      },
    };
  };
}

function plan(
  applied: AppliedView,
  baselines: readonly ChangeBaseline[],
  scans: Map<string, PlannedScan>,
): Plan | FullReason {
  const { view } = applied;
  const changes = viewChanges(view);
  if (changes === null) {
    const sources = [view.source, view.entity.population].filter((source) => source !== null);
    if (!sources.every(keepsItsKeys)) return "key_may_change";
    const isExtended = sources.some((source) => source.relation.kind === "extended");
    return isExtended ? "source_is_extended" : "source_is_no_table";
  }
  if (!hasOwnQuery(applied, "postgres")) return "other_compiler";
  const baseline = baselines.find((each) => each.view === view.name && each.version === view.version);
  if (baseline === undefined) return "no_baseline";
  const planned = changes.scans.map(({ scan, edges }) => {
    const planned = scans.get(scan.identity) ?? {
      scan,
      since: baseline,
      views: [],
      edges: new Set<number>(),
      columns: new Set<string>(),
      readers: 0,
      siblings: new Set<PlannedScan>(),
    };
    planned.since = earlier(planned.since, baseline);
    planned.views.push({ view: view.name, version: view.version });
    scans.set(scan.identity, planned);
    for (const edge of edges) planned.edges.add(edge);
    return planned;
  });
  const [own] = planned;
  if (own !== undefined && changes.readsFirst) {
    own.readers += 1;
    for (const each of planned) own.siblings.add(each);
    for (const column of changes.scans[0]?.scan.copy?.columns ?? []) own.columns.add(column);
  }
  return { changes, scans: planned };
}

function earlier(one: Since, other: Since): Since {
  return pick(one, other, (a, b) => a < b);
}

function later(one: Since, other: Since): Since {
  return pick(one, other, (a, b) => a > b);
}

function pick(one: Since, other: Since, isBetter: (a: bigint, b: bigint) => boolean): Since {
  return {
    horizon: isBetter(BigInt(one.horizon), BigInt(other.horizon)) ? one.horizon : other.horizon,
    asOf: isBetter(one.asOf, other.asOf) ? one.asOf : other.asOf,
  };
}

function scanRequest(planned: PlannedScan, plannedScans: readonly PlannedScan[]): ChangeScanRequest {
  const { scan, since, views, edges } = planned;
  const { relation, columns, entity } = scan;
  const keysFrom = [...planned.siblings].map((each) => plannedScans.indexOf(each));
  // A single view reads its rows in place, as does a cheap read of a population.
  const copy =
    planned.readers > 1 && scan.copy !== null ? { ...scan.copy, columns: [...planned.columns], keysFrom } : null;
  const texts = scan.texts([...edges].sort((a, b) => a - b));
  return { relation, columns, ...texts, horizon: since.horizon, asOf: since.asOf, views, entity, copy };
}

function changedEntities(
  { view }: AppliedView,
  { changes, scans }: Plan,
  tables: readonly string[],
  copy: string | null,
  { horizon }: ChangeSet,
): ChangedEntities {
  const { text, parameters } = compileChangedEntities(postgresDialect, view, { copy });
  return {
    horizon,
    since: scans.map(({ since }) => since).reduce(later),
    keysTable: changedKeysTable(view),
    keysColumns: keyColumns(view),
    keysText: changedKeysQuery(changes, tables),
    sql: text,
    parameters,
    nulls: boundedNulls(view),
  };
}
