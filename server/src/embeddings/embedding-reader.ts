import { elementTexts } from "../core/index";
import type { Answer } from "../serving/index";
import {
  answerOf,
  type Caller,
  createReadableStates,
  type EntityKey,
  type IdLimit,
  idLimitOf,
  noIds,
  parseBatchKey,
  parsePathKey,
  type ReadingOptions,
  readCurrent,
  readRows,
  requireTenant,
  type Selection,
  type ServingState,
  scopeRead,
  singleAnswer,
  tooManyIds,
} from "../serving/index";
import { chooseEmbeddings } from "./choose-embeddings";
import { renderEmbeddingBatch, renderEmbeddings } from "./render-embeddings";
import type { VectorFormat } from "./vector-text";

/** Reads embeddings online. Rejected requests throw `FeatstoreError`s. */
export interface EmbeddingReader {
  /** `rawId` is percent-encoded, as in the URL. */
  read(rawId: string, request: EmbeddingRequest, caller: Caller | null): Answer | Promise<Answer>;
  batch(request: EmbeddingBatchRequest, caller: Caller | null): Promise<Answer>;
}

/** The embeddings to read, and their form. Default: all of the entity's, as JSON. */
export interface EmbeddingRequest {
  readonly entity?: string;
  readonly embedding?: string | readonly string[];
  readonly format?: VectorFormat;
}

export interface EmbeddingBatchRequest extends EmbeddingRequest {
  /** The JSON array as it was sent. */
  readonly ids: string;
}

const MAX_REMEMBERED_LENGTH = 1024;
const NOBODY: Caller = { tenant: null, keyId: null, grants: null };

export function createEmbeddingReader(options: ReadingOptions): EmbeddingReader {
  const { registry, clock, maxIds, defaultEntity, onRead } = options;

  const readable = createReadableStates();
  const own = (state: ServingState, caller: Caller | null): ServingState =>
    caller === null ? state : readable(state, caller.grants, "embeddings:read");

  const selectionOf = (
    state: ServingState,
    references: readonly string[] | undefined,
    entity: string | undefined,
  ): Selection => {
    // A query contains no space, so this text cannot collide with a query's.
    const text = ` embeddings ${JSON.stringify([entity, references])}`;
    const known = state.selections.get(text);
    if (known !== undefined) return known;
    const selection = chooseEmbeddings(state.snapshot, references, entity, defaultEntity);
    if (text.length <= MAX_REMEMBERED_LENGTH) state.selections.set(text, selection);
    return selection;
  };

  const read = async (
    state: ServingState,
    rawId: string,
    { embedding, entity, format = "json" }: EmbeddingRequest,
    { tenant, keyId }: Pick<Caller, "tenant" | "keyId">,
  ): Promise<Answer> => {
    const selection = selectionOf(state, referencesOf(embedding), entity);
    const id = parsePathKey(selection.entity, rawId, scopeRead(selection, tenant));
    requireTenant(selection, tenant);
    const parts = await readRows(options, selection, [id.key], tenant);
    onRead?.(keyId, selection.views, 1);
    const text = renderEmbeddings(selection, id.echo, parts, clock(), format);
    return singleAnswer(
      selection,
      text,
      parts.some(({ timedOut }) => timedOut) ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
    );
  };

  const batch = async (
    state: ServingState,
    { entity, ids, embedding, format = "json" }: EmbeddingBatchRequest,
    { tenant, keyId, batchIds, spend }: Caller,
  ): Promise<Answer> => {
    const selection = selectionOf(state, referencesOf(embedding), entity);
    const scope = scopeRead(selection, tenant);
    const limit = idLimitOf({ max: maxIds, setting: "limits.batch_ids" }, batchIds);
    const keys = keysOf(selection, ids, limit, scope);
    requireTenant(selection, tenant);
    await spend?.(keys.length);
    const parts = await readRows(options, selection, keys, tenant);
    onRead?.(keyId, selection.views, keys.length);
    return answerOf(selection, renderEmbeddingBatch(selection, { ids, count: keys.length, parts, format }, clock()));
  };

  return {
    async read(rawId, request, caller) {
      return readCurrent(registry, (state) => read(own(state, caller), rawId, request, caller ?? NOBODY));
    },
    async batch(request, caller) {
      return readCurrent(registry, (state) => batch(own(state, caller), request, caller ?? NOBODY));
    },
  };
}

function referencesOf(embedding: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof embedding === "string" ? [embedding] : embedding;
}

/**
 * Parses the ids. Errors: `ids_empty`, `too_many_ids`, `invalid_body`, `invalid_json`, and those of `parseBatchKey`.
 */
function keysOf(selection: Selection, ids: string, limit: IdLimit, scope: string): readonly EntityKey[] {
  const texts = elementTexts(ids, "ids");
  if (texts.length === 0) throw noIds();
  if (texts.length > limit.max) throw tooManyIds(limit);
  return texts.map((text, position) => parseBatchKey(selection.entity, text, position, scope));
}
