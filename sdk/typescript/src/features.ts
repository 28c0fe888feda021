import type { AnswerParts, BatchBody, FeaturesBody } from "./answer";
import { canShare, createCoalescer } from "./coalesce";
import type { EntityDefinition } from "./definition";
import { InvalidCallError } from "./errors";
import { batchRequest, chunksOfBatch, type SingleRead, singleRead } from "./feature-requests";
import { chunksOf, inOrder } from "./in-order";
import type { InputsOf, InputsOption } from "./inputs";
import type { EntityId } from "./key";
import { type FeatureBatch, type FeatureRow, joinBatches, type RowMetadata, readBatch, readRow } from "./read-row";
import type { AnyRegistry, RegistryTypes, SelectorOf, ServiceSelectorOf } from "./registry-types";
import type { FeaturesOf, Values } from "./row-types";
import type { Selector, ServiceSelector } from "./selection";
import type { CallOptions, Transport } from "./transport";
import { type CallPromise, startCall } from "./transport/call-promise";

/** The features of a call: named ones, or those of a service; by default all promoted views of the entity. */
export interface FeatureChoice<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
> {
  /**
   * Views, single features and definitions. With `service` only to name parts of a named service that has computed
   * features: `["computed.similarity", "track_profile"]`.
   */
  readonly features?: Selectors;
  /** A feature service: `"hit_predictor"`, pinned `"hit_predictor@1"`, or its definition. */
  readonly service?: Service;
  /** Several services of one entity instead of `service`; each feature is answered once. One may have computed features. */
  readonly services?: readonly ServiceSelector[];
  /** Needed only if neither the features nor the server's default entity determines it. */
  readonly entity?: string | EntityDefinition;
}

/** Options of a read. */
export interface ReadOptions {
  /** Requests each view's version, generation, as-of time, event time and age, and the features that got a default. */
  readonly metadata?: boolean;
  /** Milliseconds for the server; views that take longer have the status `timeout`. */
  readonly latencyBudgetMs?: number;
  /** Reads the values as known at a past time, for at most 100 ids. This queries each view's source. */
  readonly asOf?: string | Date;
}

export interface GetFeaturesOptions<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
> extends FeatureChoice<Selectors, Service>,
    ReadOptions,
    CallOptions {}

export interface GetFeatureBatchOptions<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
  Types extends RegistryTypes = AnyRegistry,
> extends FeatureChoice<Selectors, Service>,
    ReadOptions,
    CallOptions {
  /** In any order, may repeat. */
  readonly ids: readonly EntityId[];
  /** The service's request inputs, the same for all rows. */
  readonly inputs?: Partial<InputsOf<Service, Types>> | undefined;
  /** Inputs per row, one for each id; they override `inputs`. */
  readonly inputsByRow?: readonly Partial<InputsOf<Service, Types>>[] | undefined;
  /** An invalid id fails the call (`"reject"`, the default), or only its row (`"null"`), reported in `errors`. */
  readonly onInvalidId?: "reject" | "null";
}

/** Options of a stream: those of a batch, without what belongs to a single request. */
export interface StreamFeaturesOptions<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
  Types extends RegistryTypes = AnyRegistry,
> extends Omit<
    GetFeatureBatchOptions<Selectors, Service, Types>,
    "ids" | "inputsByRow" | "metadata" | "idempotencyKey"
  > {}

/** How a client batches reads. */
export type BatchOption =
  | boolean
  | {
      /** The most ids of one request, 1,000 by default (with `asOf` at most 100): the server's `limits.batch_ids`. */
      readonly maxRows?: number;
    };

/** One entity's features, with metadata if `metadata: true`. */
export type FeatureAnswer<Features = Values> = FeatureRow<Features> & AnswerParts & RowMetadata;

/** Features of many entities as an Arrow IPC stream, for any Arrow library. */
export interface FeatureBatchArrow<Features = unknown> extends AnswerParts {
  readonly bytes: Uint8Array;
  /** The names that the client gives to views of `bytes`, for those that differ: `{ "listening@2": "listening" }`. */
  readonly views: Readonly<Record<string, string>>;
  /** Exists only as a type. */
  readonly "~row"?: Features;
}

/** Reads features of one entity or of many. `Types`: those of names, as in `createClient`. */
export interface Features<Types extends RegistryTypes = AnyRegistry> {
  /**
   * Reads the features of one entity.
   *
   * The service's computed features are in `features.computed`. Send large inputs, such as long vectors, with `getBatch`:
   * here they are part of the URL.
   *
   * An unknown entity gives the status `unknown_entity`; an unknown view or feature is a `NotFoundError`.
   *
   * @example
   * const { status, features } = await client.features.get(7, { features: [lyricSentiment] });
   * if (status === "complete") console.log(features.lyric_sentiment.confidence.toFixed(2));
   */
  get<
    const Selectors extends readonly SelectorOf<Types>[] = readonly [],
    const Service extends ServiceSelectorOf<Types> = never,
  >(
    id: EntityId,
    options?: GetFeaturesOptions<Selectors, Service> & InputsOption<Service, Types>,
  ): CallPromise<FeatureAnswer<FeaturesOf<Selectors, Service, Types>>>;

  /**
   * Reads the features of many entities. Rows follow the order and repeats of `ids`; an unknown id is not an error. More ids
   * than the server's limit are read in several requests, at most four at once; without metadata only.
   *
   * @example
   * const { rows } = await client.features.getBatch({ ids: [7, 8, 9], features: [lyricSentiment] });
   */
  getBatch<
    const Selectors extends readonly SelectorOf<Types>[] = readonly [],
    const Service extends ServiceSelectorOf<Types> = never,
  >(
    options: GetFeatureBatchOptions<Selectors, Service, Types>,
  ): CallPromise<FeatureBatch<FeaturesOf<Selectors, Service, Types>>>;

  /**
   * Like `getBatch`, but gives the bytes of an Arrow IPC stream: the key's columns, typed feature columns, `status`, and
   * `status:view` for each view.
   *
   * @example
   * const batch = await client.features.getBatchArrow({ ids: [7, 8, 9], features: [lyricSentiment] });
   * const table = decodeBatch(batch); // of @featstore/client/arrow
   */
  getBatchArrow<
    const Selectors extends readonly SelectorOf<Types>[] = readonly [],
    const Service extends ServiceSelectorOf<Types> = never,
  >(
    options: GetFeatureBatchOptions<Selectors, Service, Types>,
  ): CallPromise<FeatureBatchArrow<FeaturesOf<Selectors, Service, Types>>>;

  /**
   * Reads the features of any number of entities, and gives a row for each in the order of `ids`. It holds at most four
   * requests' rows in memory, and reads on only as far as they are consumed.
   *
   * @example
   * for await (const { id, features } of client.features.stream(ids, { service: hitPredictor })) await score(id, features);
   */
  stream<
    const Selectors extends readonly SelectorOf<Types>[] = readonly [],
    const Service extends ServiceSelectorOf<Types> = never,
  >(
    ids: Iterable<EntityId> | AsyncIterable<EntityId>,
    options?: StreamFeaturesOptions<Selectors, Service, Types>,
  ): AsyncIterable<FeatureRow<FeaturesOf<Selectors, Service, Types>>>;
}

const ARROW_STREAM = "application/vnd.apache.arrow.stream";
const MAX_ROWS = 1_000;
const MAX_ROWS_AS_OF = 100;

/** `batch`: the option of the client. */
export function createFeatures(transport: Transport, batch?: BatchOption | undefined): Features {
  const { maxRows = MAX_ROWS } = typeof batch === "object" ? batch : {};
  if (!Number.isInteger(maxRows) || maxRows < 1)
    throw new InvalidCallError(`batch.maxRows must be a whole number from 1, got ${maxRows}`);
  const maxRowsOf = ({ asOf }: ReadOptions) => (asOf === undefined ? maxRows : Math.min(maxRows, MAX_ROWS_AS_OF));

  const readAlone = async ({ id, selection, path, query, call }: SingleRead) => {
    const { body, response } = await transport<FeaturesBody>({
      ...call,
      method: "GET",
      path,
      query,
      expect: (answer) => typeof answer.features === "object" && typeof answer.views === "object",
    });
    return { data: { ...readRow<never>(id, body, selection), requestId: response.requestId }, response };
  };

  const readRequest = async <Row>(options: GetFeatureBatchOptions) => {
    const { request, selection } = batchRequest(options);
    const { ids } = options;
    const { body, response } = await transport<BatchBody>({
      ...request,
      expect: (answer) => Array.isArray(answer.rows) && answer.rows.length === ids.length,
    });
    return { data: { ...readBatch<Row>(ids, body, selection), requestId: response.requestId }, response };
  };

  const readMany = async <Row>(options: GetFeatureBatchOptions) => {
    const max = maxRowsOf(options);
    if (options.ids.length <= max) return readRequest<Row>(options);
    const parts = [];
    const chunks = chunksOfBatch(options, max);
    for await (const part of inOrder(chunks, options.signal, (chunk, signal) => readRequest<Row>({ ...chunk, signal })))
      parts.push(part);
    const [last] = parts.slice(-1);
    return last === undefined
      ? readRequest<Row>(options)
      : { ...last, data: joinBatches(parts.map(({ data }) => data)) };
  };

  const readShared =
    batch === undefined || batch === false ? undefined : createCoalescer(transport, readAlone, maxRowsOf);

  return {
    get: (id, options) =>
      startCall(async () => {
        const read = singleRead(id, options ?? {});
        return readShared === undefined || !canShare(read) ? readAlone(read) : readShared(read);
      }),

    getBatch: (options) => startCall(() => readMany(options)),

    getBatchArrow: (options) =>
      startCall(async () => {
        const { request, selection } = batchRequest(options);
        const { body, response } = await transport.bytes({ ...request, accept: ARROW_STREAM });
        return { data: { bytes: body, views: selection.renamed, requestId: response.requestId }, response };
      }),

    async *stream(ids, options = {}) {
      const chunks = chunksOf(ids, maxRowsOf(options));
      const parts = inOrder(chunks, options.signal, (chunk, signal) =>
        readRequest<never>({ ...options, ids: chunk, signal }),
      );
      for await (const { data } of parts) yield* data.rows;
    },
  };
}
