import { type Fault, FeatstoreError } from "../errors";
import type { EntityKey, OnlineStore } from "../stores/online-store";
import type { Answered, OnAnswered } from "./audit/answered";
import { readChained } from "./computed/read-chained";
import { type InputTexts, type RequestInputs, readInputs } from "./computed/read-inputs";
import { withoutInputs } from "./computed/without-inputs";
import type { Answer } from "./deprecation";
import { parseBatchKey, parsePathKey } from "./entity-key";
import { eachElement, eachMember, JsonTextError } from "./json-text";
import { parseQuery } from "./query-text";
import { readCurrent } from "./read-current";
import type { ReadMarks } from "./read-marks";
import { readRows, requireTenant, scopeRead, type ViewRows } from "./read-rows";
import { type Rendered, renderBatch, renderRow, renderSingle } from "./render-features";
import { createRenderedCaches, type RenderedCache } from "./rendered-cache";
import { resolveSelection } from "./resolve-selection";
import { answerOf, type Selection } from "./selection";
import type { ServingRegistry, ServingState } from "./serving-registry";

/** Reads features online. Refusals are thrown `FeatstoreError`s. */
export interface FeatureReader {
  /** `rawId` and `rawQuery` are percent-encoded, as in the URL. A promise only where a store has to be waited for. */
  single(rawId: string, rawQuery: string, tenant: string | null, keyId?: string | null): Answer | Promise<Answer>;
  /** `body` is the request's JSON text. */
  batch(body: string, tenant: string | null, keyId?: string | null): Answer | Promise<Answer>;
}

export interface FeatureReaderOptions {
  readonly registry: ServingRegistry;
  readonly onlineStore: OnlineStore;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly deadlineMs: number;
  readonly mostIds: number;
  readonly defaultEntity: string | null;
  /** How many bytes of rendered answers to remember until the next generation; none by default. */
  readonly cacheBytes?: number;
  readonly onAnswered?: OnAnswered;
  /** Told of every answer: by whom, and of which views. */
  readonly onRead?: ReadMarks["mark"];
}

const QUERY_PARAMETERS = ["features", "service", "entity", "metadata", "inputs"] as const;
/** Longer request texts are resolved anew each time, so that no caller fills the memory with them. */
const LONGEST_REMEMBERED = 8192;
const LONGEST_CACHED_ID = 128;
/** Where nobody listens. A small integer, which counts down faster than infinity does. */
const SELDOM = 1_000_000_000;

export function createFeatureReader(options: FeatureReaderOptions): FeatureReader {
  const { registry, clock, mostIds, defaultEntity, cacheBytes = 0, onRead } = options;
  const caches = createRenderedCaches(cacheBytes);
  // Entities to answer before one is told of.
  let untold = options.onAnswered === undefined ? SELDOM : 1;
  const tell = (answered: Answered): void => {
    untold = options.onAnswered?.(answered) ?? SELDOM;
  };
  // By selection, so that they are let go with the snapshot; then by the scope, which is '' for shared views. Without a
  // tenant nothing of a scoped selection is ever read, so that nothing is found in its cache either.
  const bySelection = new WeakMap<Selection, Map<string, RenderedCache>>();

  const cacheOf = (selection: Selection, scope: string): RenderedCache => {
    let byScope = bySelection.get(selection);
    if (byScope === undefined) {
      byScope = new Map();
      bySelection.set(selection, byScope);
    }
    let cache = byScope.get(scope);
    if (cache === undefined) {
      cache = caches.create();
      byScope.set(scope, cache);
    }
    return cache;
  };

  /** Random unknown ids would drive the known ones out. */
  const keep = (selection: Selection, cache: RenderedCache, id: string, rendered: Rendered, now: number): void => {
    if (rendered.status === "unknown_entity" || rendered.validUntil < now || isMomentary(selection)) return;
    if (!selection.hasVectors && id.length <= LONGEST_CACHED_ID) cache.set(id, rendered);
  };

  const read = (selection: Selection, keys: readonly EntityKey[], tenant: string | null, now: number) =>
    selection.isChained
      ? readChained(options, selection, keys, tenant, now)
      : readRows(options, selection, keys, tenant);

  const remembered = (state: ServingState, text: string, resolve: () => Selection): Selection => {
    const known = state.selections.get(text);
    if (known !== undefined) return known;
    const selection = resolve();
    if (text.length <= LONGEST_REMEMBERED) state.selections.set(text, selection);
    return selection;
  };

  const queried = (state: ServingState, rawQuery: string): Selection => {
    const query = parseQuery(rawQuery, QUERY_PARAMETERS);
    if (query.metadata !== undefined && query.metadata !== "true" && query.metadata !== "false") {
      throw new FeatstoreError("invalid_parameter", 'query.metadata: it is "true" or "false".', {
        errors: [{ place: "query.metadata", detail: 'it is "true" or "false"' }],
      });
    }
    const selection = resolveSelection(
      state.snapshot,
      { entity: query.entity, features: query.features?.split(","), service: query.service },
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
    if (known !== undefined) return answerSingle(known, rawId, undefined, tenant, keyId);
    const { query, inputs } = withoutInputs(rawQuery);
    const selection = remembered(state, query, () => queried(state, query));
    return answerSingle(selection, rawId, inputs, tenant, keyId);
  };

  const answerSingle = (
    selection: Selection,
    rawId: string,
    inputsText: string | undefined,
    tenant: string | null,
    keyId: string | null,
  ) => {
    const now = clock();
    const scope = scopeRead(selection, tenant);
    const cache = cacheOf(selection, scope);
    const cached = inputsText === undefined ? cache.get(rawId, now) : undefined;
    if (cached !== undefined) {
      onRead?.(keyId, selection.views);
      if (--untold <= 0)
        tell({ form: "single", selection, scope, keyId, at: now, inputs: null, id: rawId, row: cached });
      return answerOf(selection, cached.text);
    }
    const id = parsePathKey(selection.entity, rawId, scope);
    requireTenant(selection, tenant);
    const inputs = inputsOf(selection, { place: "query.inputs", shared: inputsText, byRow: undefined }, 1);
    const finish = (parts: readonly ViewRows[]): Answer => {
      const rendered = renderSingle(selection, id.echo, parts, now, inputs);
      keep(selection, cache, rawId, rendered, now);
      onRead?.(keyId, selection.views);
      if (--untold <= 0) tell({ form: "single", selection, scope, keyId, at: now, inputs, id: rawId, row: rendered });
      return answerOf(selection, rendered.text);
    };
    const parts = read(selection, [id.key], tenant, now);
    return parts instanceof Promise ? parts.then(finish) : finish(parts);
  };

  const batch = (state: ServingState, request: BatchParts, tenant: string | null, keyId: string | null) => {
    // No query holds a space, so that no query is taken for it.
    const selectionText = ` ${request.entity ?? ""}|${request.features ?? ""}|${request.service ?? ""}`;
    const selection = remembered(state, selectionText, () =>
      resolveSelection(state.snapshot, parseBatchSelection(request), defaultEntity),
    );
    const now = clock();
    const scope = scopeRead(selection, tenant);
    const cache = cacheOf(selection, scope);
    const rows: (Rendered | undefined)[] = [];
    const absent: { readonly position: number; readonly id: string; readonly key: EntityKey }[] = [];
    eachId(request.ids, mostIds, (id, position) => {
      const cached = cache.get(id, now);
      rows.push(cached);
      if (cached === undefined)
        absent.push({ position, id, key: parseBatchKey(selection.entity, id, position, scope) });
    });
    requireTenant(selection, tenant);
    const inputs = inputsOf(
      selection,
      { place: "inputs", shared: request.inputs, byRow: request.inputs_by_row },
      rows.length,
    );
    const finish = (parts: readonly ViewRows[]): Answer => {
      for (const [index, { position, id }] of absent.entries()) {
        const rendered = renderRow(selection, parts, index, now, inputs, position);
        keep(selection, cache, id, rendered, now);
        rows[position] = rendered;
      }
      const rendered = rows.filter((row) => row !== undefined);
      onRead?.(keyId, selection.views);
      untold -= rendered.length;
      if (untold <= 0)
        tell({ form: "batch", selection, scope, keyId, at: now, inputs, ids: request.ids, rows: rendered });
      return answerOf(selection, renderBatch(selection, request.ids, rendered));
    };
    if (absent.length === 0) return finish([]);
    const keys = absent.map(({ key }) => key);
    const parts = read(selection, keys, tenant, now);
    return parts instanceof Promise ? parts.then(finish) : finish(parts);
  };

  return {
    single: (rawId, rawQuery, tenant, keyId = null) =>
      readCurrent(registry, (state) => single(state, rawId, rawQuery, tenant, keyId)),
    batch(body, tenant, keyId = null) {
      const request = parseBatch(body);
      return readCurrent(registry, (state) => batch(state, request, tenant, keyId));
    },
  };
}

/** The members of a batch request as JSON texts. */
interface BatchParts {
  readonly ids: string;
  readonly entity?: string;
  readonly features?: string;
  readonly service?: string;
  readonly inputs?: string;
  readonly inputs_by_row?: string;
}

const MEMBERS = ["entity", "ids", "features", "service", "inputs", "inputs_by_row"];

/** Whether answers depend on more than the selection and the id: on what came with the request, or on its moment. */
function isMomentary({ computed }: Selection): boolean {
  return computed !== null && (computed.inputs.length > 0 || computed.readsAsOf);
}

function inputsOf(selection: Selection, texts: InputTexts, rows: number): RequestInputs | null {
  const areGiven = texts.shared !== undefined || texts.byRow !== undefined;
  return areGiven || selection.computed !== null ? readInputs(selection, texts, rows) : null;
}

function parseBatch(body: string): BatchParts {
  const members: Record<string, string> = {};
  const faults: Fault[] = [];
  try {
    eachMember(body, (name, value) => {
      if (!MEMBERS.includes(name)) {
        faults.push({ place: name.slice(0, 60), detail: `there is no such member; there are ${MEMBERS.join(", ")}` });
      } else if (Object.hasOwn(members, name)) {
        faults.push({ place: name, detail: "it is given twice" });
      } else {
        members[name] = value.text;
      }
    });
  } catch (error) {
    throw notJson(body, error);
  }
  const { ids, ...rest } = members;
  if (faults.length === 0 && ids === undefined) faults.push({ place: "ids", detail: "it is required" });
  if (ids !== undefined && !ids.startsWith("[")) faults.push({ place: "ids", detail: "it must be an array" });
  if (faults.length > 0 || ids === undefined) {
    // A body that is no JSON at all is told so, whatever its members look like.
    assertJson(body);
    throw invalidBody(faults);
  }
  return { ids, ...rest };
}

/** Calls back with the JSON text of each id. Errors: `ids_empty`, `too_many_ids`, `invalid_json`. */
function eachId(text: string, most: number, onId: (id: string, position: number) => void): void {
  let count = 0;
  try {
    eachElement(text, (id, position) => {
      if (position === most) throw tooManyIds(most);
      count++;
      onId(id, position);
    });
  } catch (error) {
    throw error instanceof JsonTextError ? notJson(text, error) : error;
  }
  if (count === 0) {
    throw new FeatstoreError("ids_empty", "ids: give at least one id.", {
      errors: [{ place: "ids", detail: "it is empty" }],
    });
  }
}

function tooManyIds(most: number): FeatstoreError {
  return new FeatstoreError(
    "too_many_ids",
    `At most ${most} ids are answered at once: send the rest in another request.`,
    {
      errors: [{ place: "ids", detail: `it has more than ${most} ids` }],
    },
  );
}

function parseBatchSelection(request: BatchParts) {
  const faults: Fault[] = [];
  const parse = (text: string | undefined): unknown => {
    if (text === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      return value;
    } catch (error) {
      throw notJson(text, error);
    }
  };
  const string = (place: string, value: unknown): string | undefined => {
    if (value === undefined || typeof value === "string") return value;
    faults.push({ place, detail: "it must be a string" });
    return undefined;
  };
  const entity = string("entity", parse(request.entity));
  const service = string("service", parse(request.service));
  const given = parse(request.features);
  const features: string[] = [];
  if (Array.isArray(given) && given.length > 0) {
    given.forEach((value: unknown, index) => {
      if (typeof value === "string") features.push(value);
      else faults.push({ place: `features[${index}]`, detail: "it must be a string" });
    });
  } else if (given !== undefined) {
    faults.push({ place: "features", detail: "it must be an array of at least one string" });
  }
  if (faults.length > 0) throw invalidBody(faults);
  return { entity, service, features: given === undefined ? undefined : features };
}

function invalidBody(faults: readonly Fault[]): FeatstoreError {
  const [first] = faults;
  return new FeatstoreError("invalid_body", first ? `${first.place}: ${first.detail}.` : "The body is not valid.", {
    errors: faults.slice(0, 20),
  });
}

function assertJson(body: string): void {
  try {
    JSON.parse(body);
  } catch (error) {
    throw notJson(body, error);
  }
}

function notJson(text: string, error: unknown): FeatstoreError {
  if (error instanceof JsonTextError) {
    try {
      const value: unknown = JSON.parse(text);
      return invalidBody([{ place: "body", detail: `it must be an object; ${nameOf(value)} came` }]);
    } catch (cause) {
      return new FeatstoreError("invalid_json", `The body is not JSON: ${reasonOf(cause)}.`, { cause });
    }
  }
  return new FeatstoreError("invalid_json", `The body is not JSON: ${reasonOf(error)}.`, { cause: error });
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : "it cannot be parsed").slice(0, 200);
}
