import type {
  BatchBody,
  BatchComputedMetadata,
  BatchViewMetadata,
  ComputedMetadata,
  FeaturesBody,
  Json,
  RowStatus,
  ViewMetadata,
  ViewStatus,
} from "./answer";
import type { FeatureBatch, FeatureRow } from "./features";
import type { EntityId } from "./key";
import type { Selection } from "./selection";

type Value = Json | bigint;

/**
 * One entity's answer as a row.
 *
 * `Features` is the caller's word for what it selected: the server answers a pinned version with that version's types,
 * and no look at the values could prove it.
 */
export function readRow<Features>(
  id: EntityId,
  body: FeaturesBody,
  selection: Selection,
): FeatureRow<Features> & RowMetadata {
  const features: Record<string, Record<string, Value>> = {};
  for (const [viewName, values] of Object.entries(body.features)) {
    const row: Record<string, Value> = {};
    for (const [name, value] of Object.entries(values)) row[name] = convert(value, selection.typeOf(viewName, name));
    features[selection.nameOf(viewName)] = row;
  }
  const row = rowOf<Features>(id, body.status, features, renamed(body.views, selection));
  return body.metadata === undefined
    ? row
    : { ...row, ...metadataOf<ViewMetadata, ComputedMetadata>(body.metadata, selection) };
}

/** What an answer tells beside values, where it was asked for. */
export interface RowMetadata {
  /** By view. */
  readonly metadata?: Readonly<Record<string, ViewMetadata>>;
  /** Of what the service computes, where it computes. */
  readonly computedMetadata?: ComputedMetadata;
}

/** As `RowMetadata`, of a batch. */
export interface BatchMetadata {
  /** By view. */
  readonly metadata?: Readonly<Record<string, BatchViewMetadata>>;
  /** Of what the service computes, where it computes. */
  readonly computedMetadata?: BatchComputedMetadata;
}

function metadataOf<View extends object, Computed extends { readonly types: unknown }>(
  entries: Readonly<Record<string, View | Computed>>,
  selection: Selection,
): { readonly metadata: Readonly<Record<string, View>>; readonly computedMetadata?: Computed } {
  const views: Record<string, View> = {};
  const computed: Computed[] = [];
  for (const [viewName, value] of Object.entries(entries)) {
    if ("types" in value) computed.push(value);
    else views[selection.nameOf(viewName)] = value;
  }
  const [computedMetadata] = computed;
  return { metadata: views, ...(computedMetadata === undefined ? {} : { computedMetadata }) };
}

/** A batch's answer as rows; `Features` as for `readRow`. */
export function readBatch<Features>(
  ids: readonly EntityId[],
  body: BatchBody,
  selection: Selection,
): Omit<FeatureBatch<Features>, "requestId"> {
  const columns = body.columns.map((column) => {
    const dot = column.lastIndexOf(".");
    const viewName = column.slice(0, dot);
    const feature = column.slice(dot + 1);
    return { view: selection.nameOf(viewName), feature, type: selection.typeOf(viewName, feature) };
  });
  const views = body.views?.map(selection.nameOf) ?? [...new Set(columns.map(({ view }) => view))];
  const values = body.rows.map((row) => columns.map(({ type }, position) => convert(row[position], type)));
  const rows = ids.map((id, index) => {
    const features: Record<string, Record<string, Value>> = {};
    columns.forEach(({ view, feature }, position) => {
      features[view] ??= {};
      features[view][feature] = values[index]?.[position] ?? null;
    });
    const statuses: Record<string, ViewStatus> = {};
    views.forEach((view, position) => {
      statuses[view] = body.statuses?.[index]?.[position] ?? "complete";
    });
    return rowOf<Features>(id, body.status[index] ?? "complete", features, statuses);
  });
  return {
    rows,
    columns: columns.map(({ view, feature }) => `${view}.${feature}`),
    values,
    errors: body.errors ?? [],
    ...(body.metadata === undefined
      ? {}
      : metadataOf<BatchViewMetadata, BatchComputedMetadata>(body.metadata, selection)),
  };
}

function rowOf<Features>(
  id: EntityId,
  status: RowStatus,
  features: Record<string, Record<string, Value>>,
  views: Readonly<Record<string, ViewStatus>>,
): FeatureRow<Features> {
  return { id, status, features, views } as FeatureRow<Features>;
}

function renamed<T>(byView: Readonly<Record<string, T>>, selection: Selection): Record<string, T> {
  return Object.fromEntries(Object.entries(byView).map(([viewName, value]) => [selection.nameOf(viewName), value]));
}

/** JSON has no int64: the wire has its decimal text, and only the definition knows that it is no string. */
function convert(value: unknown, type: string | undefined): Value {
  return type === "int64" && typeof value === "string" ? BigInt(value) : (value as Json);
}
