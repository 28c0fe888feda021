import type { AnswerParts, BatchBody, FeaturesBody, IdError, Json, RowStatus, ViewStatus } from "./answer";
import type { EntityDefinition } from "./definition";
import { type InputsOf, type InputsOption, type InputValues, inputsInBody } from "./inputs";
import { type EntityId, keyInBody, keyInPath } from "./key";
import { type BatchMetadata, type RowMetadata, readBatch, readRow } from "./read-row";
import type { FeaturesOf, Values } from "./row-types";
import { type Selector, type ServiceSelector, select } from "./selection";
import type { CallOptions, Transport } from "./transport";

/** Which features a call wants: those named, or those of a service; all promoted views of the entity where neither. */
export interface FeatureChoice<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
> {
  /**
   * Views, single features and definitions. Not together with `service`, but for names of a part of a named service that
   * computes: `["computed.similarity", "track_profile"]`.
   */
  readonly features?: Selectors;
  /** A feature service: `"hit_predictor"`, pinned `"hit_predictor@1"`, or its definition. */
  readonly service?: Service;
  /** Several services of one entity in place of `service`, each feature answered once; one of them may compute. */
  readonly services?: readonly ServiceSelector[];
  /** Needed only where neither the features nor the server's default entity tell. */
  readonly entity?: string | EntityDefinition;
}

/** How features are read. */
export interface ReadOptions {
  /** Asks for each view's version, generation, as-of and event time and age, and for what defaults stood in. */
  readonly metadata?: boolean;
  /** Milliseconds that the server may take: views that are not there by then have the status `timeout`. */
  readonly latencyBudgetMs?: number;
  /** Reads the values as they were known at a time that has passed, at most 100 ids, at the cost of a query of each view's source. */
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
  /** In any order, repeats included; at most 1,000 unless the server is set otherwise. */
  readonly ids: readonly EntityId[];
  /** What the service takes with a request, the same for all rows. */
  readonly inputs?: Partial<InputsOf<Service>> | undefined;
  /** Inputs of each row, as many as there are ids; they go before `inputs`. */
  readonly inputsByRow?: readonly Partial<InputsOf<Service>>[] | undefined;
  /** What an id that cannot be read fails: the call (`"reject"`, the default), or its row alone, told in `errors`. */
  readonly onInvalidId?: "reject" | "null";
}

type Nullable<Features> = {
  readonly [View in keyof Features]: { readonly [Name in keyof Features[View]]: Features[View][Name] | null };
};

interface RowParts {
  /** The id as the call gave it. */
  readonly id: EntityId;
  /** Each view's status, by its name. */
  readonly views: Readonly<Record<string, ViewStatus>>;
}

/**
 * One entity's features, by view. Where `status` is `"complete"`, every view answered with a row; otherwise `views`
 * says which did not, and the values of those are null (of a `missing` view, counts are 0).
 */
export type FeatureRow<Features = Values> = RowParts &
  (
    | { readonly status: "complete"; readonly features: Features }
    | { readonly status: Exclude<RowStatus, "complete">; readonly features: Nullable<Features> }
  );

/** With what `metadata: true` asked for. */
export type FeatureAnswer<Features = Values> = FeatureRow<Features> & AnswerParts & RowMetadata;

/** Features of many entities, in the order of `ids`. */
export interface FeatureBatch<Features = Values> extends AnswerParts, BatchMetadata {
  /** One row for each id. */
  readonly rows: readonly FeatureRow<Features>[];
  /** `"lyric_sentiment.sentiment"`: what the values of each row of `values` are; a service's in its model's input order. */
  readonly columns: readonly string[];
  /** The same values as in `rows`, flat: ready for a matrix or a table. */
  readonly values: readonly (readonly (Json | bigint)[])[];
  /** Ids that could not be read, their rows `invalid_id`; only with `onInvalidId: "null"`. */
  readonly errors: readonly IdError[];
}

/** Features of many entities as an Arrow IPC stream, for a reader of your choice. */
export interface FeatureBatchArrow extends AnswerParts {
  readonly bytes: Uint8Array;
}

/** Reads features of one entity or of many. */
export interface Features {
  /**
   * The features of one entity.
   *
   * What a service computes of the row and of `inputs` stands under `features.computed`; send large inputs, such as long
   * vectors, by `getBatch`, since they stand in the address here.
   *
   * An entity nobody knows is an answer with status `unknown_entity`; an unknown view or feature is a `NotFoundError`.
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
   * The features of many entities in one request; order and repeats of `ids` are kept, and an unknown id fails nothing.
   *
   * @example
   * const { rows } = await client.features.getBatch({ ids: [7, 8, 9], features: [lyricSentiment] });
   */
  getBatch<
    const Selectors extends readonly Selector[] = readonly string[],
    const Service extends ServiceSelector = string,
  >(options: GetFeatureBatchOptions<Selectors, Service>): Promise<FeatureBatch<FeaturesOf<Selectors, Service>>>;

  /**
   * As `getBatch`, as the bytes of an Arrow IPC stream: the key's columns, the features' with their types, `status`, and
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
