import { FeatstoreError, settingLabel } from "../../core/index";
import { type Admission, type Lane, readCost } from "../admission";
import {
  type EntityKey,
  type OnlineRow,
  type OnlineStore,
  OnlineStoreError,
  type OnlineVector,
} from "../online-store/online-store";
import type { SelectedView } from "../selection/selected-view";
import type { Selection } from "../selection/selection";

export type ViewStatus = "complete" | "missing" | "unknown_entity" | "expired" | "timeout";
export type RowStatus = ViewStatus | "partial";

/** One view's part of a read, in the order of the keys. */
export interface ViewRows {
  readonly rows: readonly (OnlineRow | undefined)[];
  readonly timedOut: boolean;
  /** By feature name; null if the selection has no vectors of this view. */
  readonly vectors: ReadonlyMap<string, readonly (OnlineVector | undefined)[]> | null;
  /** For a view of another entity: the keys of the looked-up rows, null if there was none. */
  readonly keys?: readonly (EntityKey | null)[];
}

export interface ReadRowsOptions {
  readonly onlineStore: OnlineStore;
  readonly deadlineMs: number;
  /** Admission control for reads that have to wait for a store. Default: reads start at once. */
  readonly admission?: Admission;
  /** The lane to wait in. Default: single reads or batches, by the number of keys. */
  readonly lane?: Lane;
  /** Aborts when the client no longer waits for the rows. Observed while they wait for admission. */
  readonly signal?: AbortSignal | undefined;
}

/** Errors: `tenant_required` if the selection has a tenant-scoped view and the key has no tenant. */
export function requireTenant(selection: Selection, tenant: string | null): void {
  if ((tenant !== null && tenant !== "") || selection.scoped.length === 0) return;
  throw new FeatstoreError(
    "tenant_required",
    `${selection.scoped.map((label) => `"${label}"`).join(", ")} hold rows per tenant: use an API key that is bound to a tenant (on the command line --tenant), or name shared views only.`,
    { errors: selection.scoped.map((label) => ({ path: label, detail: "its rows belong to tenants" })) },
  );
}

/** Returns the tenant scope of a selection: shared views are always read in ''. */
export function scopeRead(selection: Selection, tenant: string | null): string {
  return selection.scoped.length === 0 ? "" : (tenant ?? "");
}

/**
 * Reads the rows of every view, in the order of the keys. Returns them synchronously if the process holds them all,
 * else a promise. A view that does not answer in time is reported as timed out if another answers.
 * Errors: `store_timeout`, `store_unavailable`, `overloaded`.
 */
export function readRows(
  options: ReadRowsOptions,
  selection: Pick<Selection, "views">,
  keys: readonly EntityKey[],
  tenant: string | null,
): readonly ViewRows[] | Promise<readonly ViewRows[]> {
  const parts: ViewRows[] = [];
  for (const view of selection.views) {
    const part = view.vectors.length === 0 ? readHeld(options.onlineStore, view, keys, tenant) : undefined;
    if (part === undefined) return readAdmitted(options, selection, keys, tenant);
    parts.push(part);
  }
  return parts;
}

function readHeld(
  store: OnlineStore,
  view: SelectedView,
  keys: readonly EntityKey[],
  tenant: string | null,
): ViewRows | undefined {
  const held = store.held?.(view.table);
  if (held === undefined) return undefined;
  const scope = scopeOf(view, tenant);
  const rows: (OnlineRow | undefined)[] = [];
  for (const key of keys) {
    const row = held.get(scope, key);
    rows.push(row === undefined && view.fallsBack ? held.get("", key) : row);
  }
  return { rows, timedOut: false, vectors: null };
}

function readAdmitted(
  options: ReadRowsOptions,
  selection: Pick<Selection, "views">,
  keys: readonly EntityKey[],
  tenant: string | null,
): Promise<readonly ViewRows[]> {
  const { admission, deadlineMs, signal, lane = keys.length === 1 ? "single" : "batch" } = options;
  if (admission === undefined) return readAll(options, selection, keys, tenant);
  const cost = readCost(selection.views.length, keys.length);
  return admission.run({ lane, cost, deadlineMs, signal }, (leftMs) =>
    readAll({ ...options, deadlineMs: leftMs }, selection, keys, tenant),
  );
}

async function readAll(
  options: ReadRowsOptions,
  selection: Pick<Selection, "views">,
  keys: readonly EntityKey[],
  tenant: string | null,
): Promise<readonly ViewRows[]> {
  const begun = performance.now();
  const { onlineStore, deadlineMs } = options;
  const found = await onlineStore.readViews?.({ views: selection.views, tenant: tenant ?? "", keys, deadlineMs });
  const whole = found && wholeOf(selection, found);
  if (whole !== undefined) return whole;
  const left = { ...options, deadlineMs: deadlineMs - (performance.now() - begun) };
  const results = await Promise.allSettled(
    selection.views.map((view, index) => readView(left, view, keys, tenant, found && { rows: found[index] })),
  );
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }): unknown => reason);
  const timeouts = failures.filter((error) => error instanceof OnlineStoreError && error.code === "timeout");
  const [failure] = failures.filter((error) => !timeouts.includes(error));
  if (failure !== undefined) throw refusalOf(failure);
  if (timeouts.length === results.length) throw refusalOf(timeouts[0]);
  return results.map((result) =>
    result.status === "fulfilled" ? result.value : { rows: keys.map(() => undefined), timedOut: true, vectors: null },
  );
}

/** Builds the result if nothing else has to be read. */
function wholeOf(
  { views }: Pick<Selection, "views">,
  found: readonly (readonly (OnlineRow | undefined)[] | undefined)[],
): readonly ViewRows[] | undefined {
  const parts: ViewRows[] = [];
  for (let index = 0; index < views.length; index++) {
    const view = views[index];
    const rows = found[index];
    if (
      view === undefined ||
      rows === undefined ||
      view.vectors.length > 0 ||
      (view.fallsBack && rows.includes(undefined))
    )
      return undefined;
    parts.push({ rows, timedOut: false, vectors: null });
  }
  return parts;
}

function scopeOf(view: SelectedView, tenant: string | null): string {
  return view.tenantScoped ? (tenant ?? "") : "";
}

function requestOf({ deadlineMs }: ReadRowsOptions, { registered, table }: SelectedView) {
  return { registered, table, deadlineMs };
}

/** `prefetched`: rows of the tenant's scope that the first store already returned. */
async function readView(
  options: ReadRowsOptions,
  view: SelectedView,
  keys: readonly EntityKey[],
  tenant: string | null,
  prefetched: { readonly rows: readonly (OnlineRow | undefined)[] | undefined } | undefined,
): Promise<ViewRows> {
  const { onlineStore } = options;
  const scope = scopeOf(view, tenant);
  const held = view.vectors.length === 0 ? readHeld(onlineStore, view, keys, tenant) : undefined;
  if (held !== undefined) return held;
  const read = async (inScope: string, requested: readonly EntityKey[], known?: typeof prefetched) => {
    const request = { ...requestOf(options, view), scope: inScope, keys: requested };
    const again = known === undefined ? request : { ...request, isRetry: true as const };
    const [rows, ...vectors] = await Promise.all([
      known?.rows ?? onlineStore.read(again).then(present),
      ...view.vectors.map((feature) => onlineStore.readVectors({ ...request, feature }).then(present)),
    ]);
    return { rows, vectors };
  };
  const scoped = await read(scope, keys, prefetched);
  const absent = view.fallsBack ? keys.filter((_, index) => scoped.rows[index] === undefined) : [];
  if (absent.length === 0 || scope === "") return assemble(view, scoped);
  const shared = await read("", absent);
  let next = 0;
  const from = scoped.rows.map((row) => (row === undefined ? next++ : -1));
  const merge = <Part>(first: readonly Part[], second: readonly Part[]) =>
    from.map((position, index) => (position === -1 ? first[index] : second[position]));
  return assemble(view, {
    rows: merge(scoped.rows, shared.rows),
    vectors: scoped.vectors.map((vectors, index) => merge(vectors, shared.vectors[index] ?? [])),
  });
}

function assemble(
  view: SelectedView,
  parts: {
    readonly rows: readonly (OnlineRow | undefined)[];
    readonly vectors: readonly (readonly (OnlineVector | undefined)[])[];
  },
): ViewRows {
  const vectors =
    view.vectors.length === 0
      ? null
      : new Map(view.vectors.map((feature, index) => [feature, parts.vectors[index] ?? []]));
  return { rows: parts.rows, timedOut: false, vectors };
}

function present<Rows>(rows: Rows | undefined): Rows {
  if (rows === undefined) throw new OnlineStoreError("gone", "no store holds the generation");
  return rows;
}

const REFUSALS = {
  timeout: [
    "store_timeout",
    `The store did not answer within the deadline: try again. The deadline is latency_budget_ms, else ${settingLabel("deadlines.read_ms")}, or with as_of ${settingLabel("deadlines.as_of_ms")}.`,
  ],
  unavailable: ["store_unavailable", "The store cannot be reached: try again in a moment."],
  overloaded: [
    "overloaded",
    `Too many reads are waiting for the store: try again in a moment. The limit is ${settingLabel("database.pool_size")}.`,
  ],
  gone: ["store_unavailable", "The generation that was being read is gone: try again."],
} as const;

/** Asking again does not help, so it has no `Retry-After`. The cause may name files, so only the log has it. */
const SOURCE_FAILED =
  "A source of these features cannot be read as of a time. The request id leads to the reason in the server's log.";

/** Translates a store failure for the caller. Anything else is returned unchanged, as an internal fault. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof OnlineStoreError)) return error;
  if (error.code === "source_failed") return new FeatstoreError("source_unavailable", SOURCE_FAILED, { cause: error });
  const [code, detail] = REFUSALS[error.code];
  return new FeatstoreError(code, detail, { cause: error, headers: { "retry-after": "1" } });
}

/** Returns whether a row is older than its view's ttl; `now` in microseconds. */
export function isExpired(row: OnlineRow, view: SelectedView, now: number): boolean {
  return view.ttl !== null && row.eventTime !== null && now - row.eventTime > view.ttl;
}

/** Returns the status of one view's row. `known`: whether any requested view has a row for the key. */
export function statusOf(
  row: OnlineRow | undefined,
  view: SelectedView,
  now: number,
  known: boolean,
  timedOut: boolean,
): ViewStatus {
  if (timedOut) return "timeout";
  if (row === undefined) return known ? "missing" : "unknown_entity";
  if (row.eventTime === null) return "missing";
  return isExpired(row, view, now) ? "expired" : "complete";
}

/** Returns the common status of the views, else `partial`. */
export function rowStatus(statuses: readonly ViewStatus[]): RowStatus {
  const [first] = statuses;
  return first !== undefined && statuses.every((status) => status === first) ? first : "partial";
}
/**
 * Adds empty rows for population members that are newer than a view's generation: another view of the same population
 * has a row for them.
 */
export function withMembers({ views }: Pick<Selection, "views">, parts: readonly ViewRows[]): readonly ViewRows[] {
  if (!parts.some(({ rows }) => rows.includes(undefined))) return parts;
  const isMember = (population: string, position: number): boolean =>
    views.some((view, index) => view.population === population && parts[index]?.rows[position] !== undefined);
  return parts.map((part, index) => {
    const view = views[index];
    if (view === undefined || view.population === null || part.timedOut || !part.rows.includes(undefined)) return part;
    const { population, emptyRow } = view;
    return {
      ...part,
      rows: part.rows.map((row, position) => row ?? (isMember(population, position) ? emptyRow() : undefined)),
    };
  });
}
