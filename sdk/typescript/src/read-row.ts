import type {
  AnswerParts,
  BatchBody,
  BatchComputedMetadata,
  BatchViewMetadata,
  ComputedMetadata,
  FeaturesBody,
  IdError,
  Json,
  RowStatus,
  ViewMetadata,
  ViewStatus,
} from "./answer";
import { UnexpectedAnswerError } from "./errors";
import type { EntityId } from "./key";
import type { Values } from "./row-types";
import type { Selection } from "./selection";

type Value = Json | bigint;

/**
 * Converts one entity's answer to a row.
 *
 * `Features` is trusted: the server answers a pinned version with that version's types, which the values cannot prove.
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
  return {
    ...{ id, status: body.status, features, views: renamed(body.views, selection) },
    ...(body.metadata && metadataOf<ViewMetadata, ComputedMetadata>(body.metadata, selection)),
  } as FeatureRow<Features> & RowMetadata;
}

/** The metadata of an answer, if requested. */
export interface RowMetadata {
  /** By view. */
  readonly metadata?: Readonly<Record<string, ViewMetadata>>;
  /** Present if the service has computed features. */
  readonly computedMetadata?: ComputedMetadata;
}

/** Like `RowMetadata`, for a batch. */
export interface BatchMetadata {
  /** By view. */
  readonly metadata?: Readonly<Record<string, BatchViewMetadata>>;
  /** Present if the service has computed features. */
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
  return { metadata: views, ...(computedMetadata && { computedMetadata }) };
}

/** Converts the rows of a batch's answer one by one; `Features` as for `readRow`. */
export function rowsOf<Features>(body: BatchBody, selection: Selection) {
  const columns = body.columns.map((column) => {
    const dot = column.lastIndexOf(".");
    const viewName = column.slice(0, dot);
    const feature = column.slice(dot + 1);
    return { view: selection.nameOf(viewName), feature, type: selection.typeOf(viewName, feature) };
  });
  const views = body.views?.map(selection.nameOf) ?? [...new Set(columns.map(({ view }) => view))];
  let groups: ReturnType<typeof groupsOf> | undefined;
  const isConverted = columns.some(({ type }) => type === "int64");
  const known = new Map<string, Readonly<Record<string, ViewStatus>>>();

  /** Most rows have the same statuses, and share the object. */
  const statusesAt = (index: number) => {
    const statuses = body.statuses?.[index] ?? [];
    const key = statuses.join();
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = Object.fromEntries(views.map((view, position) => [view, statuses[position] ?? "complete"] as const));
    known.set(key, made);
    return made;
  };
  const valuesOf = (row: readonly unknown[]) =>
    (isConverted ? row.map((value, position) => convert(value, columns[position]?.type)) : row) as readonly Value[];
  const rowAt = (id: EntityId, index: number, values = valuesOf(body.rows[index] ?? [])): FeatureRow<Features> => {
    const features: Record<string, Record<string, Value>> = {};
    groups ??= groupsOf(columns);
    for (const { view, members, blank } of groups) {
      const row: Record<string, Value> = { ...blank };
      for (const { feature, position } of members) row[feature] = values[position] ?? null;
      features[view] = row;
    }
    return { id, status: body.status[index] ?? "complete", features, views: statusesAt(index) } as FeatureRow<Features>;
  };
  return { columns: columns.map(({ view, feature }) => `${view}.${feature}`), valuesOf, rowAt };
}

/** Groups the columns of a batch by view. */
function groupsOf(columns: readonly { readonly view: string; readonly feature: string }[]) {
  const groups = new Map<string, { readonly feature: string; readonly position: number }[]>();
  for (const [position, { view, feature }] of columns.entries()) {
    groups.set(view, [...(groups.get(view) ?? []), { feature, position }]);
  }
  // Copying an object and setting its members is much faster than adding them one by one.
  return [...groups].map(([view, members]) => ({
    view,
    members,
    blank: Object.fromEntries(members.map(({ feature }) => [feature, null])),
  }));
}

interface BatchAnswer {
  readonly ids: readonly EntityId[];
  readonly body: BatchBody;
  readonly selection: Selection;
  readonly requestId: string | null;
}

/** Converts a batch's answer; `Features` as for `readRow`. */
export function readBatch<Features>({ ids, body, selection, requestId }: BatchAnswer): FeatureBatch<Features> {
  let reader: ReturnType<typeof rowsOf<Features>> | undefined;
  const read = () => (reader ??= rowsOf<Features>(body, selection));
  let rows: readonly FeatureRow<Features>[] | undefined;
  const batch = {
    // Without definitions there is nothing to rename or to convert.
    columns: selection.isByName ? body.columns : read().columns,
    values: selection.isByName ? (body.rows as FeatureBatch["values"]) : body.rows.map(read().valuesOf),
    errors: body.errors ?? [],
    requestId,
    ...(body.metadata && metadataOf<BatchViewMetadata, BatchComputedMetadata>(body.metadata, selection)),
  };
  const made = () => {
    rows ??= ids.map((id, index) => read().rowAt(id, index, batch.values[index]));
    return rows;
  };
  return Object.defineProperties(batch, { [madeRows]: { value: made }, rows: rowsProperty }) as typeof batch &
    Pick<FeatureBatch<Features>, "rows">;
}

const madeRows = Symbol();

/**
 * Rows are made when they are first read, because they cost more than the values, and many callers need only these. All
 * batches share the getter: V8 would keep one for each, with the answer that it refers to, until a full garbage collection.
 */
const rowsProperty = {
  enumerable: true,
  get(this: { readonly [madeRows]: () => unknown }) {
    return this[madeRows]();
  },
};

/** Joins the batches that one call was split into, in order. Errors: `UnexpectedAnswerError` if their columns differ. */
export function joinBatches<Features>(batches: readonly FeatureBatch<Features>[]): FeatureBatch<Features> {
  const columns = batches[0]?.columns ?? [];
  const rows: FeatureRow<Features>[] = [];
  const values: FeatureBatch["values"][number][] = [];
  const errors: IdError[] = [];
  for (const batch of batches) {
    if (batch.columns.join() !== columns.join())
      throw new UnexpectedAnswerError("The columns changed between the requests of one batch: call again");
    for (const error of batch.errors) {
      const position = error.position + rows.length;
      errors.push({ ...error, position, path: error.path.replace(/^ids\[\d+\]/, `ids[${position}]`) });
    }
    for (const row of batch.rows) rows.push(row);
    for (const row of batch.values) values.push(row);
  }
  return { rows, columns, values, errors, requestId: batches.at(-1)?.requestId ?? null };
}

function renamed<T>(byView: Readonly<Record<string, T>>, selection: Selection): Record<string, T> {
  return Object.fromEntries(Object.entries(byView).map(([viewName, value]) => [selection.nameOf(viewName), value]));
}

/** Converts a value by its type: int64 is sent as decimal text, and only the definition tells it from a string. */
function convert(value: unknown, type: string | undefined): Value {
  return type === "int64" && typeof value === "string" ? BigInt(value) : (value as Json);
}
/**
 * One entity's features, by view. If `status` is `"complete"`, every view answered with a row. Otherwise `views` tells
 * which did not; their values are null (counts of a `missing` view are 0).
 */
export type FeatureRow<Features = Values> = RowParts &
  (
    | { readonly status: "complete"; readonly features: Features }
    | { readonly status: Exclude<RowStatus, "complete">; readonly features: Nullable<Features> }
  );
/** Features of many entities, in the order of `ids`. */
export interface FeatureBatch<Features = Values> extends AnswerParts, BatchMetadata {
  /** One row for each id. */
  readonly rows: readonly FeatureRow<Features>[];
  /** The columns of `values`: `"speech_sentiment.sentiment"`. A service's are in its model's input order. */
  readonly columns: readonly string[];
  /** The values of `rows` as flat arrays, for a matrix or a table. */
  readonly values: readonly (readonly (Json | bigint)[])[];
  /** Ids that could not be read; their rows have the status `invalid_id`. Only with `onInvalidId: "null"`. */
  readonly errors: readonly IdError[];
}

type Nullable<Features> = {
  readonly [View in keyof Features]: { readonly [Name in keyof Features[View]]: Features[View][Name] | null };
};

interface RowParts {
  /** The id as the call gave it. */
  readonly id: EntityId;
  /** Each view's status, by name. */
  readonly views: Readonly<Record<string, ViewStatus>>;
}
