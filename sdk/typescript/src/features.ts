import type { AnswerParts, BatchBody, FeaturesBody } from "./answer";
import { canShare, createCoalescer } from "./coalesce";
import { ApiError, apiError, InvalidCallError } from "./errors";
import type {
  FeatureAnswer,
  GetFeatureBatchOptions,
  GetFeaturesOptions,
  ReadOptions,
  StreamFeaturesOptions,
} from "./feature-options";
import { batchRequest, chunksOfBatch, type SingleRead, singleRead } from "./feature-requests";
import { chunksOf, inOrder } from "./in-order";
import type { InputsOption } from "./inputs";
import { type EntityId, requireKeyName } from "./key";
import { type FeatureBatch, type FeatureRow, joinBatches, readBatch, readRow } from "./read-row";
import type { AnyRegistry, RegistryTypes, SelectorOf, ServiceSelectorOf } from "./registry-types";
import type { FeaturesOf } from "./row-types";
import type { Transport } from "./transport";
import { type CallPromise, startCall } from "./transport/call-promise";

/** How a client batches reads. */
export type BatchOption =
  | boolean
  | {
      /** The most ids of one request, 1,000 by default (with `asOf` at most 100): the server's `limits.batch_ids`. */
      readonly maxRows?: number;
    };

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
   * const { status, features } = await client.features.get(7, { features: [speechSentiment] });
   * if (status === "complete") console.log(features.speech_sentiment.confidence.toFixed(2));
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
   * const { rows } = await client.features.getBatch({ ids: [7, 8, 9], features: [speechSentiment] });
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
   * const batch = await client.features.getBatchArrow({ ids: [7, 8, 9], features: [speechSentiment] });
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
   * for await (const { id, features } of client.features.stream(ids, { service: partyPredictor })) await score(id, features);
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
    requireKeyName(id, selection.entityDocument, body);
    return { data: { ...readRow<never>(id, body, selection), requestId: response.requestId }, response };
  };

  const readRequest = async <Row>(options: GetFeatureBatchOptions, callStart?: number) => {
    const { request, selection } = batchRequest(options);
    const { ids } = options;
    const { body, response } = await transport<BatchBody>({
      ...request,
      callStart,
      expect: (answer) => Array.isArray(answer.rows) && answer.rows.length === ids.length,
    });
    return { data: readBatch<Row>({ ids, body, selection, requestId: response.requestId }), response };
  };

  const readMany = async <Row>(options: GetFeatureBatchOptions) => {
    const max = maxRowsOf(options);
    if (options.ids.length <= max) return readRequest<Row>(options);
    const parts = [];
    const chunks = chunksOfBatch(options, max);
    const begun = performance.now();
    const readPart = withPositions((chunk: GetFeatureBatchOptions, signal) =>
      readRequest<Row>({ ...chunk, signal }, begun),
    );
    for await (const part of inOrder(chunks, options.signal, readPart)) parts.push(part);
    const [last] = parts.slice(-1);
    return last === undefined
      ? readRequest<Row>(options)
      : { ...last, data: joinBatches(parts.map(({ data }) => data)) };
  };

  const readShared = batch ? createCoalescer(transport, readAlone, maxRowsOf) : undefined;

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
      const readPart = withPositions(({ ids: chunk }: { readonly ids: EntityId[] }, signal) =>
        readRequest<never>({ ...options, ids: chunk, signal }, performance.now()),
      );
      const parts = inOrder(chunks, options.signal, (chunk, signal) => readPart({ ids: chunk }, signal));
      for await (const { data } of parts) yield* data.rows;
    },
  };
}

/**
 * Wraps the function that reads a part of a batch, so that the error of a refused part names positions in the whole batch.
 * It is called for the parts in their order.
 */
function withPositions<Part extends { readonly ids: readonly EntityId[] }, Result>(
  read: (part: Part, signal: AbortSignal) => Promise<Result>,
): typeof read {
  let next = 0;
  return (part, signal) => {
    const offset = next;
    next += part.ids.length;
    return read(part, signal).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      // In paths and sentences: `ids[3]`, `inputs_by_row[3]`.
      const shift = (text: string) => text.replace(/(ids|_row)\[(\d+)/g, (_, of, at) => `${of}[${Number(at) + offset}`);
      const errors = error.errors.map(({ path, detail }) => ({ path: shift(path), detail: shift(detail) }));
      throw apiError({ ...error, detail: shift(error.detail ?? ""), errors });
    });
  };
}
