import {
  deadlineOf,
  FeatstoreError,
  invalidBody,
  invalidParameter,
  NONE,
  type OwnParameters,
  parsed,
  parseQuery,
  splitQuery,
} from "../core/index";
import type { Answer } from "../registry/index";
import {
  type BatchRequest,
  eachId,
  failsRowAlone,
  type IdLimit,
  ownOf,
  parseBatch,
  parseBatchChoice,
} from "./batch-request";
import { readChained } from "./computed/read-chained";
import { type InputTexts, type RequestInputs, readInputs } from "./computed/read-inputs";
import { parseBatchKey, parsePathKey } from "./entity-key";
import type { EntityKey } from "./online-store/online-store";
import { type AsOfReading, asOfMoment, type Moment } from "./read/read-as-of";
import { readCurrent } from "./read/read-current";
import { readRows, requireTenant, scopeRead, type ViewRows, withMembers } from "./read/read-rows";
import type { ReadingOptions } from "./read/reading-options";
import { invalidRow, renderBatch } from "./render/render-batch";
import { renderRow, renderSingle } from "./render/render-features";
import type { BatchRows, Rendered, RowError } from "./render/rendered";
import { createRenderedCaches, type RenderedCache } from "./render/rendered-cache";
import { resolveSelection } from "./selection/resolve-selection";
import { answerOf, isMomentary, type Selection } from "./selection/selection";
import type { OnResponse, ServedResponse } from "./served-response";
import type { ServingState } from "./serving-registry";

/** Reads features online. Rejected requests throw `FeatstoreError`s. */
export interface FeatureReader {
  /** `rawId` and `rawQuery` are percent-encoded, as in the URL. Returns a promise only if a store has to be read. */
  single(rawId: string, rawQuery: string, tenant: string | null, keyId?: string | null): Answer | Promise<Answer>;
  /** `body` is the request's JSON text; `signal` aborts when the client no longer waits for the response. */
  batch(body: string, tenant: string | null, keyId?: string | null, signal?: AbortSignal): Answer | Promise<Answer>;
  /** Like `batch`, as an Arrow IPC stream. */
  batchArrow(body: string, tenant: string | null, keyId?: string | null, signal?: AbortSignal): Promise<ArrowAnswer>;
  /** Counts how entities were served since the start. */
  cacheReads(): CacheReads;
}

export const ARROW_STREAM = "application/vnd.apache.arrow.stream";

/** A batch as an Arrow IPC stream. */
export interface ArrowAnswer {
  readonly status: 200;
  readonly contentType: typeof ARROW_STREAM;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Entities served from the cache of rendered responses, by a store, or by another request's read. */
export interface CacheReads {
  readonly hit: number;
  readonly miss: number;
  readonly shared: number;
}

export interface FeatureReaderOptions extends ReadingOptions {
  /** Options of as-of reads; absent: they are not supported. */
  readonly asOfReads?: AsOfReading | undefined;
  /** Bytes of rendered responses to cache until the next generation. Default: none. */
  readonly cacheBytes?: number;
  readonly onResponse?: OnResponse;
}

const QUERY_PARAMETERS = ["features", "service", "entity", "metadata", "inputs", "latency_budget_ms", "as_of"] as const;
/** Longer request texts are resolved each time, so that no caller can fill the memory with them. */
const MAX_REMEMBERED_LENGTH = 8192;
const MAX_CACHED_ID_LENGTH = 128;
/** The countdown without a listener. A small integer, because it decrements faster than Infinity. */
const SELDOM = 1_000_000_000;

/** The cache of one selection in one scope. */
interface CachedResponses {
  readonly cache: RenderedCache;
  /** Single reads in progress, by the id as it was sent. */
  readonly pending: Map<string, Promise<Rendered>>;
}

export function createFeatureReader(options: FeatureReaderOptions): FeatureReader {
  const { registry, clock, defaultEntity, cacheBytes = 0, onRead } = options;
  const idLimit: IdLimit = { max: options.maxIds, setting: "limits.batch_ids" };
  const caches = createRenderedCaches(cacheBytes);
  const counts = { hit: 0, miss: 0, shared: 0 };
  // Entities to serve before the next sample is reported.
  let untilSample = options.onResponse === undefined ? SELDOM : 1;
  const reportSample = (response: ServedResponse): void => {
    untilSample = options.onResponse?.(response) ?? SELDOM;
  };
  // Keyed by selection, so that entries are freed with the snapshot, then by scope, which is '' for shared views. A
  // scoped selection is never read without a tenant, so its '' cache stays empty.
  const bySelection = new WeakMap<Selection, Map<string, CachedResponses>>();

  const cacheOf = (selection: Selection, scope: string): CachedResponses => {
    let byScope = bySelection.get(selection);
    if (byScope === undefined) {
      byScope = new Map();
      bySelection.set(selection, byScope);
    }
    let cached = byScope.get(scope);
    if (cached === undefined) {
      cached = { cache: caches.create(), pending: new Map() };
      byScope.set(scope, cached);
    }
    return cached;
  };

  /** Unknown ids are not cached: random ones would evict the known ones. */
  const keep = (selection: Selection, cache: RenderedCache, id: string, rendered: Rendered, now: number): void => {
    if (rendered.status === "unknown_entity" || rendered.validUntil < now || !isRepeatable(selection)) return;
    if (!selection.hasVectors && id.length <= MAX_CACHED_ID_LENGTH) cache.set(id, rendered);
  };

  /** Returns the time and manner of an uncached read: now, or as of a time in the past. */
  const momentOf = (own: OwnParameters, now: number, refuse: typeof invalidBody): Moment => {
    if (own.as_of !== undefined) {
      const moment = asOfMoment(options.asOfReads, own.as_of, own.latency_budget_ms, now, refuse);
      return { ...moment, reading: { ...options, lane: "as_of", ...moment.reading } };
    }
    if (own.latency_budget_ms === undefined) return { at: now, asOf: null, idLimit, reading: options };
    const deadlineMs = deadlineOf(own.latency_budget_ms, options.deadlineMs, "deadlines.read_ms", refuse);
    return { at: now, asOf: null, idLimit, reading: { ...options, deadlineMs } };
  };

  const read = (selection: Selection, keys: readonly EntityKey[], tenant: string | null, moment: Moment) => {
    const parts = selection.isChained
      ? readChained(moment.reading, selection, keys, tenant, moment.at)
      : readRows(moment.reading, selection, keys, tenant);
    if (selection.views.length === 1) return parts;
    return parts instanceof Promise
      ? parts.then((read) => withMembers(selection, read))
      : withMembers(selection, parts);
  };

  const remembered = (state: ServingState, text: string, resolve: () => Selection): Selection => {
    const known = state.selections.get(text);
    if (known !== undefined) return known;
    const selection = resolve();
    if (text.length <= MAX_REMEMBERED_LENGTH) state.selections.set(text, selection);
    return selection;
  };

  const queried = (state: ServingState, rawQuery: string): Selection => {
    const query = parseQuery(rawQuery, QUERY_PARAMETERS);
    if (query.metadata !== undefined && query.metadata !== "true" && query.metadata !== "false")
      throw invalidParameter([{ path: "metadata", detail: 'it is "true" or "false"' }]);
    const selection = resolveSelection(
      state.snapshot,
      {
        entity: query.entity,
        features: query.features?.split(","),
        service: undefined,
        services: query.service?.split(","),
      },
      defaultEntity,
    );
    return query.metadata === "true" ? { ...selection, withMetadata: true } : selection;
  };

  const single = (
    state: ServingState,
    rawId: string,
    rawQuery: string,
    tenant: string | null,
    keyId: string | null,
  ) => {
    const known = state.selections.get(rawQuery);
    if (known !== undefined) return answerSingle(known, rawId, NONE, tenant, keyId);
    const { query, own } = splitQuery(rawQuery);
    const selection = remembered(state, query, () => queried(state, query));
    return answerSingle(selection, rawId, own, tenant, keyId);
  };

  const answerSingle = (
    selection: Selection,
    rawId: string,
    own: OwnParameters,
    tenant: string | null,
    keyId: string | null,
  ): Answer | Promise<Answer> => {
    const now = clock();
    const scope = scopeRead(selection, tenant);
    const { cache, pending } = cacheOf(selection, scope);
    const isPlain = own.inputs === undefined && own.as_of === undefined;
    const cached = isPlain ? cache.get(rawId, now) : undefined;
    if (cached !== undefined) {
      if (own !== NONE) momentOf(own, now, invalidParameter);
      counts.hit++;
      onRead?.(keyId, selection.views);
      if (--untilSample <= 0)
        reportSample({ form: "single", selection, scope, keyId, at: now, inputs: null, id: rawId, row: cached });
      return answerTo(selection, cached);
    }
    const moment = momentOf(own, now, invalidParameter);
    const id = parsePathKey(selection.entity, rawId, scope);
    requireTenant(selection, tenant);
    const inputs = inputsOf(selection, { path: "query.inputs", shared: own.inputs, byRow: undefined }, 1);
    const finish = (rendered: Rendered): Answer => {
      onRead?.(keyId, selection.views);
      if (moment.asOf === null && --untilSample <= 0)
        reportSample({ form: "single", selection, scope, keyId, at: now, inputs, id: rawId, row: rendered });
      return answerTo(selection, rendered);
    };
    // Identical requests with the same deadline share one store read.
    const isShared = own === NONE && isRepeatable(selection);
    const underWay = isShared ? pending.get(rawId) : undefined;
    if (underWay !== undefined) {
      counts.shared++;
      return underWay.then(finish);
    }
    counts.miss++;
    const requested = moment.asOf === null ? selection : { ...selection, asOf: moment.asOf };
    const render = (parts: readonly ViewRows[]): Rendered => {
      const rendered = renderSingle(requested, id.echo, parts, moment.at, inputs);
      if (isPlain) keep(selection, cache, rawId, rendered, now);
      return rendered;
    };
    const parts = read(selection, [id.key], tenant, moment);
    if (!(parts instanceof Promise)) return finish(render(parts));
    const rendered = parts.then(render);
    if (isShared) {
      pending.set(rawId, rendered);
      const end = (): void => void pending.delete(rawId);
      rendered.then(end, end);
    }
    return rendered.then(finish);
  };

  const batch = <Form>(
    state: ServingState,
    request: BatchRequest,
    tenant: string | null,
    keyId: string | null,
    signal: AbortSignal | undefined,
    form: (rows: BatchRows) => Form,
  ): Form | Promise<Form> => {
    // A query contains no space, so this text cannot collide with a query's.
    const selectionText = ` ${request.entity ?? ""}|${request.features ?? ""}|${request.service ?? ""}|${request.services ?? ""}|${request.metadata ?? ""}`;
    const selection = remembered(state, selectionText, () => {
      const choice = parseBatchChoice(request);
      return { ...resolveSelection(state.snapshot, choice.request, defaultEntity), withMetadata: choice.withMetadata };
    });
    const now = clock();
    const moment = momentOf(ownOf(request), now, invalidBody);
    const scope = scopeRead(selection, tenant);
    const { cache } = cacheOf(selection, scope);
    const errors: RowError[] | null = failsRowAlone(request) ? [] : null;
    const rows: (Rendered | undefined)[] = [];
    const absent: { readonly position: number; readonly id: string; readonly key: EntityKey }[] = [];
    eachId(request.ids, moment.idLimit, (id, position) => {
      const cached = moment.asOf === null ? cache.get(id, now) : undefined;
      rows.push(cached);
      if (cached !== undefined) return;
      const key = keyOf(selection, id, position, scope, errors);
      if (key === undefined) rows[position] = invalidRow(selection);
      else absent.push({ position, id, key });
    });
    // The ids are echoed, so they must be JSON. Only ids that could be parsed are known to be.
    if (errors !== null && errors.length > 0) parsed(request.ids);
    requireTenant(selection, tenant);
    const inputs = inputsOf(
      selection,
      { path: "inputs", shared: request.inputs, byRow: request.inputs_by_row },
      rows.length,
    );
    counts.hit += rows.length - absent.length - (errors?.length ?? 0);
    counts.miss += absent.length;
    const requested = moment.asOf === null ? selection : { ...selection, asOf: moment.asOf };
    const finish = (parts: readonly ViewRows[]): Form => {
      for (const [index, { position, id }] of absent.entries()) {
        const rendered = renderRow(requested, parts, index, moment.at, inputs, position);
        if (moment.asOf === null) keep(selection, cache, id, rendered, now);
        rows[position] = rendered;
      }
      const rendered = rows.filter((row) => row !== undefined);
      onRead?.(keyId, selection.views);
      // The audit cannot find the row of an unreadable id.
      if (moment.asOf === null && (errors === null || errors.length === 0)) {
        untilSample -= rendered.length;
        if (untilSample <= 0)
          reportSample({ form: "batch", selection, scope, keyId, at: now, inputs, ids: request.ids, rows: rendered });
      }
      return form({ selection: requested, scope, ids: request.ids, rows: rendered, errors, now: moment.at });
    };
    if (absent.length === 0) return finish([]);
    const keys = absent.map(({ key }) => key);
    const parts = read(selection, keys, tenant, { ...moment, reading: { ...moment.reading, signal } });
    return parts instanceof Promise ? parts.then(finish) : finish(parts);
  };

  return {
    single: (rawId, rawQuery, tenant, keyId = null) =>
      readCurrent(registry, (state) => single(state, rawId, rawQuery, tenant, keyId)),
    batch(body, tenant, keyId = null, signal = undefined) {
      const request = parseBatch(body);
      return readCurrent(registry, (state) => batch(state, request, tenant, keyId, signal, jsonForm));
    },
    async batchArrow(body, tenant, keyId = null, signal = undefined) {
      const request = parseBatch(body);
      // Imported on demand: few servers use it.
      const { renderArrow } = await import("./render/render-arrow");
      const form = (rows: BatchRows): ArrowAnswer => ({
        status: 200,
        contentType: ARROW_STREAM,
        body: renderArrow(rows),
        headers: rows.selection.headers ?? {},
      });
      return readCurrent(registry, (state) => batch(state, request, tenant, keyId, signal, form));
    },
    cacheReads: () => ({ ...counts }),
  };
}

/** Returns whether the next request gets the same response: it depends neither on request inputs nor on the time. */
function isRepeatable(selection: Selection): boolean {
  return (selection.computed?.inputs.length ?? 0) === 0 && !isMomentary(selection);
}

function answerTo(selection: Selection, { answer, text }: Rendered): Answer {
  return answer ?? answerOf(selection, text);
}

function jsonForm(rows: BatchRows): Answer {
  return answerOf(rows.selection, renderBatch(rows));
}

/** Parses one id; undefined if it is unreadable and `errors` records it. Errors: those of `parseBatchKey`. */
function keyOf(
  { entity }: Selection,
  id: string,
  position: number,
  scope: string,
  errors: RowError[] | null,
): EntityKey | undefined {
  try {
    return parseBatchKey(entity, id, position, scope);
  } catch (error) {
    if (errors === null || !(error instanceof FeatstoreError)) throw error;
    const { path, detail } = error.errors[0] ?? { path: `ids[${position}]`, detail: error.detail };
    errors.push({ position, path, code: error.code, detail });
    return undefined;
  }
}

function inputsOf(selection: Selection, texts: InputTexts, rows: number): RequestInputs | null {
  const arePresent = texts.shared !== undefined || texts.byRow !== undefined;
  return arePresent || selection.computed !== null ? readInputs(selection, texts, rows) : null;
}
