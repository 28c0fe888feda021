import {
  bodyMembers,
  choiceMember,
  elementTexts,
  FeatstoreError,
  invalidBody,
  parsed,
  parseQuery,
  stringMember,
} from "../core/index";
import type { Answer } from "../registry/index";
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
import { VECTOR_FORMATS, type VectorFormat } from "./vector-text";

/** Reads embeddings online. Rejected requests throw `FeatstoreError`s. */
export interface EmbeddingReader {
  /** `rawId` and `rawQuery` are percent-encoded, as in the URL. */
  read(rawId: string, rawQuery: string, caller: Caller | null): Answer | Promise<Answer>;
  /** `body` is the request's JSON text. */
  batch(body: string, caller: Caller | null): Promise<Answer>;
}

const MAX_REMEMBERED_LENGTH = 1024;
const NOBODY: Caller = { tenant: null, keyId: null, grants: null };
const MEMBERS = ["entity", "ids", "embedding", "format"] as const;

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
    rawQuery: string,
    { tenant, keyId }: Pick<Caller, "tenant" | "keyId">,
  ): Promise<Answer> => {
    const query = parseQuery(rawQuery, ["embedding", "entity", "format"]);
    const format = formatOf(query.format);
    const references = query.embedding === undefined ? undefined : [query.embedding];
    const selection = selectionOf(state, references, query.entity);
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
    request: BatchRequest,
    { tenant, keyId, batchIds, spend }: Caller,
  ): Promise<Answer> => {
    const selection = selectionOf(state, request.references, request.entity);
    const scope = scopeRead(selection, tenant);
    const limit = idLimitOf({ max: maxIds, setting: "limits.batch_ids" }, batchIds);
    const keys = keysOf(selection, request.ids, limit, scope);
    requireTenant(selection, tenant);
    await spend?.(keys.length);
    const parts = await readRows(options, selection, keys, tenant);
    onRead?.(keyId, selection.views, keys.length);
    const { ids, format } = request;
    return answerOf(selection, renderEmbeddingBatch(selection, { ids, count: keys.length, parts, format }, clock()));
  };

  return {
    async read(rawId, rawQuery, caller) {
      return readCurrent(registry, (state) => read(own(state, caller), rawId, rawQuery, caller ?? NOBODY));
    },
    async batch(body, caller) {
      const request = parseBatch(body);
      return readCurrent(registry, (state) => batch(own(state, caller), request, caller ?? NOBODY));
    },
  };
}

interface BatchRequest {
  readonly entity: string | undefined;
  /** The JSON array as it was sent. */
  readonly ids: string;
  readonly references: readonly string[] | undefined;
  readonly format: VectorFormat;
}

function parseBatch(body: string): BatchRequest {
  const members = bodyMembers(body, MEMBERS, ["ids"]);
  return {
    entity: stringMember(members.entity, "entity"),
    ids: members.ids ?? "[]",
    references: referencesOf(members.embedding),
    format: choiceMember(members.format, "format", VECTOR_FORMATS) ?? "json",
  };
}

function referencesOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (typeof value === "string") return [value];
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string")) return value;
  throw invalidBody([{ path: "embedding", detail: "it must be a string, or an array of at least one" }]);
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

function formatOf(text: string | undefined): VectorFormat {
  if (text === undefined) return "json";
  const format = VECTOR_FORMATS.find((candidate) => candidate === text);
  if (format !== undefined) return format;
  const detail = `expected one of ${VECTOR_FORMATS.join(", ")}`;
  throw new FeatstoreError("invalid_parameter", `query.format: ${detail}.`, {
    errors: [{ path: "query.format", detail }],
  });
}
