import type { AnswerParts, BatchBody, FeaturesBody } from "./answer";
import type { EntityDefinition } from "./definition";
import { type InputsOf, type InputsOption, type InputValues, inputsInBody } from "./inputs";
import { type EntityId, keyInBody, keyInPath } from "./key";
import { type FeatureBatch, type FeatureRow, type RowMetadata, readBatch, readRow } from "./read-row";
import type { FeaturesOf, Values } from "./row-types";
import { type Selector, type ServiceSelector, select } from "./selection";
import type { CallOptions, Transport } from "./transport";

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
> extends FeatureChoice<Selectors, Service>,
    ReadOptions,
    CallOptions {
  /** In any order, may repeat; at most 1,000 unless the server is configured otherwise. */
  readonly ids: readonly EntityId[];
  /** The service's request inputs, the same for all rows. */
  readonly inputs?: Partial<InputsOf<Service>> | undefined;
  /** Inputs per row, one for each id; they override `inputs`. */
  readonly inputsByRow?: readonly Partial<InputsOf<Service>>[] | undefined;
  /** An invalid id fails the call (`"reject"`, the default), or only its row (`"null"`), reported in `errors`. */
  readonly onInvalidId?: "reject" | "null";
}

/** One entity's features, with metadata if `metadata: true`. */
export type FeatureAnswer<Features = Values> = FeatureRow<Features> & AnswerParts & RowMetadata;

/** Features of many entities as an Arrow IPC stream, for any Arrow library. */
export interface FeatureBatchArrow extends AnswerParts {
  readonly bytes: Uint8Array;
}

/** Reads features of one entity or of many. */
export interface Features {
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
  get<const Selectors extends readonly Selector[] = readonly string[], const Service extends ServiceSelector = string>(
    id: EntityId,
    options?: GetFeaturesOptions<Selectors, Service> & InputsOption<Service>,
  ): Promise<FeatureAnswer<FeaturesOf<Selectors, Service>>>;

  /**
   * Reads the features of many entities in one request. Rows follow the order and repeats of `ids`; an unknown id is not an
   * error.
   *
   * @example
   * const { rows } = await client.features.getBatch({ ids: [7, 8, 9], features: [lyricSentiment] });
   */
  getBatch<
    const Selectors extends readonly Selector[] = readonly string[],
    const Service extends ServiceSelector = string,
  >(options: GetFeatureBatchOptions<Selectors, Service>): Promise<FeatureBatch<FeaturesOf<Selectors, Service>>>;

  /**
   * Like `getBatch`, but gives the bytes of an Arrow IPC stream: the key's columns, typed feature columns, `status`, and
   * `status:view` for each view.
   *
   * @example
   * const { bytes } = await client.features.getBatchArrow({ ids: [7, 8, 9], features: [lyricSentiment] });
   * const table = tableFromIPC(bytes); // of apache-arrow
   */
  getBatchArrow(options: GetFeatureBatchOptions): Promise<FeatureBatchArrow>;
}

const ARROW_STREAM = "application/vnd.apache.arrow.stream";

export function createFeatures(transport: Transport): Features {
  return {
    async get(id, options) {
      const requestOptions: GetFeaturesOptions & { readonly inputs?: InputValues | undefined } = options ?? {};
      const { features, service, services, entity, metadata, latencyBudgetMs, asOf, inputs, ...call } = requestOptions;
      const inputValues = inputsInBody(inputs);
      const selection = select({ features, service, services, entity });
      const { body, requestId } = await transport<FeaturesBody>({
        ...call,
        method: "GET",
        path: `/api/features/${keyInPath(id, selection.entityDocument)}`,
        query: {
          features: selection.features?.join(","),
          service: selection.services?.join(",") ?? selection.service,
          entity: selection.entity,
          metadata: metadata ? "true" : undefined,
          latency_budget_ms: latencyBudgetMs === undefined ? undefined : String(latencyBudgetMs),
          as_of: timeText(asOf),
          inputs: inputValues === undefined ? undefined : JSON.stringify(inputValues),
        },
        expect: (answer) => typeof answer.features === "object" && typeof answer.views === "object",
      });
      return { ...readRow(id, body, selection), requestId };
    },

    async getBatch(options) {
      const { request, selection } = batchRequest(options);
      const { ids } = options;
      const { body, requestId } = await transport<BatchBody>({
        ...request,
        expect: (answer) => Array.isArray(answer.rows) && answer.rows.length === ids.length,
      });
      return { ...readBatch(ids, body, selection), requestId };
    },

    async getBatchArrow(options) {
      const { request } = batchRequest(options);
      const { body, requestId } = await transport.bytes({ ...request, accept: ARROW_STREAM });
      return { bytes: body, requestId };
    },
  };
}

function batchRequest(options: GetFeatureBatchOptions) {
  const { ids, features, service, services, entity, inputs, inputsByRow, ...more } = options;
  const { metadata, latencyBudgetMs, asOf, onInvalidId, ...call } = more;
  const selection = select({ features, service, services, entity });
  const body = {
    entity: selection.entity,
    ids: ids.map(keyInBody),
    features: selection.features,
    service: selection.service,
    services: selection.services,
    inputs: inputsInBody(inputs),
    inputs_by_row: inputsByRow?.map((each) => inputsInBody(each) ?? {}),
    metadata,
    latency_budget_ms: latencyBudgetMs,
    on_invalid_id: onInvalidId,
    as_of: timeText(asOf),
  };
  return { request: { ...call, method: "POST", path: "/api/features/batch", body } as const, selection };
}

function timeText(time: string | Date | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time;
}
