import { FeatstoreError, invalidBody, settingLabel } from "../core/index";
import type { KeyHolder } from "../http/index";
import { deprecationHeaders, namedEntity, type RegistrySnapshot } from "../registry/index";
import {
  type Answer,
  type Choice,
  createReadableStates,
  createSelection,
  type EntityKey,
  type FeatureReader,
  mixedEntities,
  parseBatchKey,
  type ReadingOptions,
  readCurrent,
  readRows,
  refusalOf,
  requireTenant,
  resolveSelection,
  type SelectedView,
  type Selection,
  type ServingState,
  scopeRead,
  statusOf,
} from "../serving/index";
import { namedEmbedding, type SpaceDocument, servedOf, spaceJson, spaceOf } from "./choose-embeddings";
import { createFilterCandidates, type FilterCandidates } from "./filter/filter-candidates";
import { readSearchFilter, type SearchFilter } from "./filter/search-filter";
import { idJson } from "./id-json";
import { parseSearch, type SearchRequest } from "./parse-search";
import { requestedVector, vectorParameter } from "./query-vector";
import type { Metric, VectorHits, VectorSearch } from "./vector-search";
import type { VectorStore } from "./vector-store";
import { numbersOf } from "./vector-text";

/** Finds entities by the similarity of their vectors. Rejected requests throw `FeatstoreError`s. */
export interface EmbeddingSearch {
  /** `body` is the request's JSON text. `onHits` is called with the number of hits. */
  search(body: string, caller: SearchCaller, onHits?: (hits: number) => void): Promise<Answer>;
}

/** The caller of a search: the holder of an API key. */
export type SearchCaller = Pick<KeyHolder, "keyId" | "grants" | "tenant"> & {
  readonly limits: Pick<KeyHolder["limits"], "searchHits">;
};

export interface EmbeddingSearchOptions extends ReadingOptions {
  readonly vectors: Pick<VectorStore, "search" | "candidates">;
  /** Reads the features of hits on request. */
  readonly features: Pick<FeatureReader, "batch">;
}

const MAX_REMEMBERED_LENGTH = 1024;

export function createEmbeddingSearch(options: EmbeddingSearchOptions): EmbeddingSearch {
  const { registry, clock, onRead, vectors } = options;
  const filterCandidates = createFilterCandidates(vectors);

  const readable = createReadableStates();

  const search = async (
    served: ServingState,
    request: SearchRequest,
    caller: SearchCaller,
    onHits: ((hits: number) => void) | undefined,
  ): Promise<Answer> => {
    const { tenant, keyId, grants } = caller;
    const state = readable(served, grants, "embeddings:read");
    const { snapshot } = state;
    const choice = namedEmbedding(snapshot, request.embedding);
    const { entity } = choice.registered.view;
    const label = `${choice.label}.${choice.feature.name}`;
    if (request.entity !== undefined && namedEntity(snapshot, request.entity).name !== entity.name) {
      throw mixedEntities(namedEntity(snapshot, request.entity), [{ label, entity }]);
    }
    const space = spaceOf(choice.label, choice.feature);
    if (request.space !== undefined && request.space !== space.space)
      throw otherSpace(label, space, "space", request.space);
    const withValues = readable(served, grants, "features:read");
    const filter = request.filter === undefined ? null : readSearchFilter(request.filter, withValues.snapshot, entity);
    const selection = selectionOf(state, [choice, ...(filter?.choices ?? [])]);
    requireTenant(selection, tenant);
    const withFeatures = featuresSelection(options, withValues, request, entity.name);
    if (withFeatures !== null) requireTenant(withFeatures, tenant);
    const metric = request.metric ?? space.metric;
    const query = await queryVector(options, state, request, choice, tenant);
    const searched = searchOf(selection, request, {
      ...{ choice, space, metric, filter, query, tenant },
      now: clock(),
      deadlineMs: options.deadlineMs,
    });
    const found = await nearest(options, filterCandidates, served.snapshot, searched);
    onRead?.(keyId, selection.views, found.hits.length);
    onHits?.(found.hits.length);
    const ids = `[${found.hits.map(({ key }) => idJson(entity, key)).join(",")}]`;
    const features = await featuresOf(options.features, request, withFeatures, ids, caller);
    const body = renderHits({ choice, searched, found, features });
    const read = [...selection.views, ...(withFeatures?.views ?? [])].map(({ registered }) => registered);
    const headers = deprecationHeaders(read);
    return headers === null ? body : { status: 200, contentType: "application/json", body, headers };
  };

  return {
    async search(body, caller, onHits) {
      const request = parseSearch(body);
      requireScope(request, caller);
      requireFewHits(request, caller);
      return readCurrent(registry, (state) => search(state, request, caller, onHits));
    },
  };
}

/** A filter reveals values, so it needs the scope to read features. */
function requireScope({ filter, features, service }: SearchRequest, { grants }: SearchCaller): void {
  if ((filter ?? features ?? service) === undefined || grants.has("features:read")) return;
  throw new FeatstoreError(
    "scope_required",
    `This key lacks the scope "features:read", which filters and the features of hits need; it has ${grants.texts.join(", ")}.`,
  );
}

function requireFewHits({ k }: SearchRequest, { limits: { searchHits } }: SearchCaller): void {
  if (k <= searchHits) return;
  const detail = `a search returns at most ${searchHits} hits; the limit is that of this API key or its organisation`;
  throw invalidBody([{ path: "k", detail }]);
}

function selectionOf(state: ServingState, choices: readonly [Choice, ...Choice[]]): Selection {
  // A query contains no space, so this text cannot collide with a query's.
  const text = ` search ${choices.map(({ label, feature }) => `${label}.${feature.name}`).join(" ")}`;
  const known = state.selections.get(text);
  if (known !== undefined) return known;
  const selection = createSelection(choices[0].registered.view.entity, choices, servedOf);
  if (text.length <= MAX_REMEMBERED_LENGTH) state.selections.set(text, selection);
  return selection;
}

/** The vector to search by, and the key that it belongs to, if that key may be a hit. */
interface QueryVector {
  readonly numbers: readonly number[];
  readonly key: EntityKey | null;
}

async function queryVector(
  options: EmbeddingSearchOptions,
  state: ServingState,
  { by }: SearchRequest,
  choice: Choice,
  tenant: string | null,
): Promise<QueryVector> {
  const label = `${choice.label}.${choice.feature.name}`;
  const space = spaceOf(choice.label, choice.feature);
  if (by.kind === "vector") return { numbers: requestedVector(by.vector, space.dimensions, label), key: null };
  const own = by.embedding === undefined ? choice : namedEmbedding(state.snapshot, by.embedding);
  const ownSpace = spaceOf(own.label, own.feature);
  const isSame = own.registered === choice.registered && own.feature.name === choice.feature.name;
  if (!isSame && ownSpace.space !== space.space) throw otherSpace(label, space, "id_embedding", ownSpace.space);
  if (ownSpace.dimensions !== space.dimensions) {
    const detail = `"${label}" has ${space.dimensions} dimensions, "${own.label}.${own.feature.name}" ${ownSpace.dimensions}`;
    throw new FeatstoreError("vector_dimensions", `id_embedding: ${detail}.`, {
      errors: [{ path: "id_embedding", detail }],
    });
  }
  const selection = selectionOf(state, [own]);
  requireTenant(selection, tenant);
  const key = searchedId(selection, by.id, scopeRead(selection, tenant));
  const [part] = await readRows(options, selection, [key], tenant);
  const [view] = selection.views;
  if (part === undefined || view === undefined) throw new Error("a selection without views");
  const row = part.rows[0];
  const status = statusOf(row, view, options.clock(), row !== undefined, part.timedOut);
  const text = part.vectors?.get(own.feature.name)?.[0]?.text;
  if (status !== "complete" || text === null || text === undefined) {
    const reason = status === "complete" ? "its vector is null" : `its row is ${status}`;
    const detail = `${by.id.slice(0, 80)} has no vector in "${own.label}.${own.feature.name}": ${reason}`;
    throw new FeatstoreError("vector_not_found", `id: ${detail}.`, { errors: [{ path: "id", detail }] });
  }
  const isFound = own.registered.view.entity.name === choice.registered.view.entity.name;
  return { numbers: numbersOf(text), key: isFound ? key : null };
}

/** Parses the id like an id of a batch, with the path of a search. */
function searchedId({ entity }: Selection, id: string, scope: string): EntityKey {
  try {
    return parseBatchKey(entity, id, 0, scope);
  } catch (error) {
    if (!(error instanceof FeatstoreError)) throw error;
    const named = (text: string) => text.replace("ids[0]", "id");
    const errors = error.errors.map(({ path, detail }) => ({ path: named(path), detail }));
    throw new FeatstoreError(error.code, named(error.detail), { errors });
  }
}

interface SearchParts {
  readonly choice: Choice;
  readonly space: SpaceDocument;
  readonly metric: Metric;
  readonly filter: SearchFilter | null;
  readonly query: QueryVector;
  readonly tenant: string | null;
  /** Microseconds since 1970 UTC. */
  readonly now: number;
  readonly deadlineMs: number;
}

function searchOf(
  { views }: Selection,
  { k, includesSelf }: SearchRequest,
  { choice, space, metric, filter, query, tenant, now, deadlineMs }: SearchParts,
): VectorSearch {
  const positionOf = (label: string) => views.findIndex((view) => view.label === label);
  const read = views.map((view) => ({
    registered: view.registered,
    table: view.table,
    scope: view.tenantScoped ? (tenant ?? "") : "",
    fallsBack: view.fallsBack,
    freshFrom: freshFrom(view, now),
  }));
  const own = views[positionOf(choice.label)];
  const ownRead = read[positionOf(choice.label)];
  if (own === undefined || ownRead === undefined) throw new Error("a selection without its embedding");
  return {
    ...ownRead,
    generation: own.generation,
    feature: choice.feature.name,
    dimensions: space.dimensions,
    declaredMetric: space.metric,
    metric,
    vector: vectorParameter(query.numbers, metric),
    k,
    tenantScoped: own.tenantScoped,
    excluded: includesSelf ? null : query.key,
    filter: filter === null ? null : filter.build(positionOf),
    // Views without a condition are not read.
    filteredViews: filter === null ? [] : read,
    candidates: null,
    deadlineMs,
  };
}

/** The earliest time with a four-digit year. */
const FIRST_YEAR = -62_135_596_800_000_000n;

function freshFrom({ ttl }: SelectedView, now: number): bigint | null {
  const from = ttl === null ? null : BigInt(Math.trunc(now)) - BigInt(ttl);
  return from === null || from < FIRST_YEAR ? null : from;
}

async function nearest(
  { vectors, admission }: EmbeddingSearchOptions,
  filterCandidates: FilterCandidates,
  snapshot: RegistrySnapshot,
  search: VectorSearch,
): Promise<VectorHits> {
  const { deadlineMs } = search;
  const searchIn = async (leftMs: number): Promise<VectorHits> => {
    const begun = performance.now();
    const candidates = await filterCandidates.of(snapshot, { ...search, deadlineMs: leftMs });
    const left = Math.max(1, leftMs - (performance.now() - begun));
    return vectors.search({ ...search, candidates, deadlineMs: left });
  };
  try {
    if (admission === undefined) return await searchIn(deadlineMs);
    return await admission.run({ lane: "search", cost: 1, deadlineMs }, searchIn);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** Parses the features to return for the hits; null: none. */
function featuresSelection(
  { maxIds, defaultEntity }: EmbeddingSearchOptions,
  { snapshot }: ServingState,
  { features, service, k }: SearchRequest,
  entity: string,
): Selection | null {
  if (features === undefined && service === undefined) return null;
  if (k > maxIds) {
    const limit = settingLabel("limits.batch_ids");
    const detail = `with features, at most ${maxIds} hits are returned; the limit is ${limit}`;
    throw invalidBody([{ path: "k", detail }]);
  }
  return resolveSelection(snapshot, { entity, features, service }, defaultEntity);
}

/** Returns the hits' features in the form of a batch response. */
async function featuresOf(
  reader: EmbeddingSearchOptions["features"],
  { features, service }: SearchRequest,
  selection: Selection | null,
  ids: string,
  caller: SearchCaller,
): Promise<string | null> {
  if (selection === null) return null;
  if (ids === "[]")
    return `{"ids":[],"columns":${selection.columns},"rows":[],"status":[],"views":${selection.labels}}`;
  const chosen = JSON.stringify({ entity: selection.entity.name, features, service }).slice(1);
  const { tenant, keyId, grants } = caller;
  const answer = await reader.batch(`{"ids":${ids},${chosen}`, { tenant, keyId, grants });
  return typeof answer === "string" ? answer : answer.body;
}

function renderHits({
  choice,
  searched,
  found,
  features,
}: {
  readonly choice: Choice;
  readonly searched: VectorSearch;
  readonly found: VectorHits;
  readonly features: string | null;
}): string {
  const { entity } = choice.registered.view;
  const { metric, generation } = searched;
  const hits = found.hits.map(({ key, distance }) => {
    const score = scoreOf(distance, metric);
    return `{"id":${idJson(entity, key)},"score":${numberJson(score)},"distance":${numberJson(distance)}}`;
  });
  const space = spaceJson(choice.label, choice.feature).replace(/"metric":"\w+"$/, `"metric":"${metric}"`);
  return (
    `{"embedding":"${choice.label}.${choice.feature.name}",${space},"method":"${found.method}","generation":${generation},` +
    `"hits":[${hits.join(",")}]${features === null ? "" : `,"features":${features}`}}`
  );
}

/** Returns a score that is higher for nearer vectors: the cosine, the inner product, or for l2 a number from 0 to 1. */
function scoreOf(distance: number, metric: Metric): number {
  if (metric === "cosine") return 1 - distance;
  return metric === "inner_product" ? -distance : 1 / (1 + distance);
}

/** Returns a number in JSON, which has no infinity: distances of very long vectors may overflow. */
function numberJson(number: number): string {
  return Number.isFinite(number) ? String(number) : "null";
}

function otherSpace(label: string, { space }: SpaceDocument, path: string, requested: string): FeatstoreError {
  const detail = `"${label}" is in space "${space}", got "${requested.slice(0, 100)}"; vectors of different spaces are not comparable`;
  return new FeatstoreError("vector_space", `${path}: ${detail}.`, { errors: [{ path, detail }] });
}
