import {
  boundedNulls,
  type ChangeScan,
  changedKeysQuery,
  changedKeysTable,
  columnsOf,
  compileChangedEntities,
  compileView,
  type ViewChanges,
  viewChanges,
} from "@featstore/definitions";
import type {
  ChangeBaseline,
  ChangedEntities,
  ChangeSet,
  FullReason,
  OfflineStore,
  RunHolder,
} from "../stores/offline-store";
import type { RegisteredView } from "../stores/registry";
import { startHeartbeat } from "./heartbeat";
import type { MaterializeRequest } from "./materialize";

/** What incremental runs of several views compute: what changed is looked for once in each source, for all of them. */
export interface FoundChanges {
  /** The as-of time of the runs, microseconds since 1970 UTC; null where nothing was looked for. */
  readonly asOf: bigint | null;
  of(registered: RegisteredView): ChangedEntities | { readonly full: FullReason };
  /** Lets go of what was found. */
  drop(): Promise<void>;
}

/** A view whose changes can be found, and its scans' places among those that are run. */
interface Plan {
  readonly registered: RegisteredView;
  readonly changes: ViewChanges;
  readonly scans: readonly PlannedScan[];
}

/** A scan for all views that share it: since the earliest of their runs; each takes of it what is its own. */
interface PlannedScan {
  readonly scan: ChangeScan;
  since: Since;
  readonly edges: Set<number>;
}

type Since = Pick<ChangeBaseline, "horizon" | "asOf">;

/** Looks for what changed in the views' sources since their served generations. */
export async function findChanges(
  { offline, holder }: { readonly offline: OfflineStore; readonly holder: RunHolder },
  targets: readonly RegisteredView[],
  { asOf, heartbeatMs, signal }: Pick<MaterializeRequest, "asOf" | "heartbeatMs" | "signal">,
): Promise<FoundChanges> {
  const baselines = await offline.changeBaselines();
  const scans = new Map<string, PlannedScan>();
  const plans = new Map<RegisteredView, Plan | FullReason>();
  for (const registered of targets) plans.set(registered, plan(registered, baselines, scans));
  const wanted = [...scans.values()];
  const options = signal === undefined ? {} : { signal };
  const found =
    wanted.length === 0
      ? null
      : await offline.findChanges({ holder, asOf: asOf ?? null, scans: wanted.map(scanRequest) }, options);
  const heartbeat = found === null ? null : startHeartbeat(offline, found, heartbeatMs);
  return {
    asOf: found?.asOf ?? null,
    of(registered) {
      const planned = plans.get(registered) ?? "no_baseline";
      if (typeof planned === "string" || found === null)
        return { full: typeof planned === "string" ? planned : "no_baseline" };
      const tables = planned.scans.map((scan) => found.tables[wanted.indexOf(scan)] ?? null);
      return tables.every((table) => table !== null)
        ? changedEntities(registered, planned, tables, found)
        : { full: "source_is_no_table" };
    },
    async drop() {
      await heartbeat?.stop();
      if (found !== null) await offline.dropChanges(found);
    },
  };
}

function plan(
  registered: RegisteredView,
  baselines: readonly ChangeBaseline[],
  scans: Map<string, PlannedScan>,
): Plan | FullReason {
  const { view } = registered;
  const changes = viewChanges(view);
  if (changes === null) return "source_is_no_table";
  const compiled = compileView(view);
  if (compiled.text !== registered.sql || compiled.parameters.join() !== registered.parameters.join())
    return "other_compiler";
  const baseline = baselines.find((each) => each.view === view.name && each.version === view.version);
  if (baseline === undefined) return "no_baseline";
  return {
    registered,
    changes,
    scans: changes.scans.map(({ scan, edges }) => {
      const planned = scans.get(scan.identity) ?? { scan, since: baseline, edges: new Set<number>() };
      planned.since = earlier(planned.since, baseline);
      scans.set(scan.identity, planned);
      for (const edge of edges) planned.edges.add(edge);
      return planned;
    }),
  };
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

function scanRequest({ scan, since, edges }: PlannedScan) {
  const { relation, columns } = scan;
  const text = scan.text([...edges].sort((a, b) => a - b));
  return { relation, columns, text, horizon: since.horizon, asOf: since.asOf };
}

function changedEntities(
  { view }: RegisteredView,
  { changes, scans }: Plan,
  tables: readonly string[],
  { horizon }: ChangeSet,
): ChangedEntities {
  const { text, parameters } = compileChangedEntities(view);
  return {
    horizon,
    since: scans.map(({ since }) => since).reduce(later),
    keysTable: changedKeysTable(view),
    keysColumns: columnsOf(view).slice(1, 1 + view.entity.key.length),
    keysText: changedKeysQuery(view, changes, tables),
    sql: text,
    parameters,
    nulls: boundedNulls(view),
  };
}
