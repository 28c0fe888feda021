import { InvalidCallError } from "./errors";
import type { GetFeatureBatchOptions, GetFeaturesOptions } from "./feature-options";
import { type InputValues, inputsInBody } from "./inputs";
import { type EntityId, keyInBody, keyInPath } from "./key";
import { type Selection, select } from "./selection";
import { type CallOptions, callOptionsOf } from "./transport/call-options";

/** The options of a read of one entity, without the types of its service. */
export type SingleOptions = GetFeaturesOptions & { readonly inputs?: InputValues | undefined };

/** A read of one entity, ready to be sent. */
export interface SingleRead {
  readonly id: EntityId;
  readonly options: SingleOptions;
  readonly selection: Selection;
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly call: CallOptions;
}

export function singleRead(id: EntityId, options: SingleOptions): SingleRead {
  const { features, service, services, entity, metadata, latencyBudgetMs, asOf, inputs } = options;
  const inputValues = inputsInBody(inputs);
  const selection = select({ features, service, services, entity });
  return {
    id,
    options,
    selection,
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
    call: callOptionsOf(options),
  };
}

/** Makes the request of a batch. */
export function batchRequest(options: GetFeatureBatchOptions) {
  const { ids, features, service, services, entity, inputs, inputsByRow } = options;
  const { metadata, latencyBudgetMs, asOf, onInvalidId } = options;
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
  const request = { method: "POST", path: "/api/features/batch", onlyReads: true, body } as const;
  return { request: { ...callOptionsOf(options), ...request }, selection };
}

/** Splits a batch into requests of at most `maxRows` ids. Errors: `InvalidCallError` for metadata, which is of one request. */
export function chunksOfBatch(options: GetFeatureBatchOptions, maxRows: number): readonly GetFeatureBatchOptions[] {
  const { ids, inputsByRow, metadata } = options;
  if (metadata) throw new InvalidCallError(`With metadata, a batch has at most ${maxRows} ids: it is of one request`);
  return Array.from({ length: Math.ceil(ids.length / maxRows) }, (_, index) => {
    const [first, end] = [index * maxRows, (index + 1) * maxRows];
    return { ...options, ids: ids.slice(first, end), inputsByRow: inputsByRow?.slice(first, end) };
  });
}

function timeText(time: string | Date | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time;
}
