import type { Dataset } from "../ir/dataset";
import type { Entity, FeatureView } from "../ir/nodes";
import { changedEntities, changedKeysTable } from "./changed-entities";
import type { DatasetInput } from "./dataset/dataset-input";
import { type CompiledDataset, datasetQuery } from "./dataset/dataset-query";
import type { Dialect } from "./dialect";
import { entityKeys } from "./entity-keys";
import { columnsOf } from "./generations/index";
import { lateEntities } from "./late-entities";
import type { SpineTable, TableName } from "./source/entities";
import { rowsAsOf } from "./strategies/rows-as-of";
import { fanOutQuery, repeatsQuery, rowsBeforeQuery } from "./training/fan-out";
import { type CompiledTrainingSet, type TrainingSetInput, trainingSetQuery } from "./training/point-in-time";
import {
  type CompiledServiceTrainingSet,
  joinedFanOutQuery,
  type ServiceTrainingSetInput,
  serviceTrainingSetQuery,
} from "./training/service-training-set";
import { FEATURES_SCHEMA } from "./tree/identifiers";
import type { Query } from "./tree/sql-tree";
import type { CompiledView, Statement } from "./tree/statement";

/*
 * The compiler's public functions: they make a query and let the dialect write it. Of PostgreSQL they know only how a
 * generation stores a view's rows.
 */

/** Version of the generated SQL; increases whenever the same definition compiles to different SQL. */
export const COMPILER_VERSION = 1;

/**
 * Compiles a view as one query: all entities, as of `$1`.
 *
 * @example
 * const { text, parameters } = compileView(postgresDialect, speechSentiment.ir);
 * await database.query({ text, parameters: ["2026-01-01T00:00:00.000000Z", ...parameters] });
 */
export function compileView(dialect: Dialect, view: FeatureView): CompiledView {
  return compiledView(dialect, view, rowsAsOf(view, { kind: "all" }, dialect.traits));
}

/**
 * Like `compileView`, but only for the entities whose keys are in `options.keys` (default: `changedKeysTable(view)` in
 * schema `features`), each once, in columns named and typed as in the entity. An entity without a row gets none.
 * `options.copy` names a table in schema `features` that holds all source rows of these entities and replaces the
 * source.
 */
export function compileChangedEntities(
  dialect: Dialect,
  view: FeatureView,
  { copy = null, keys }: { readonly copy?: string | null; readonly keys?: TableName } = {},
): CompiledView {
  const requested = keys ?? { schema: FEATURES_SCHEMA, table: changedKeysTable(view) };
  return compiledView(dialect, view, changedEntities(view, requested, copy, dialect.traits));
}

function compiledView(dialect: Dialect, view: FeatureView, query: Query): CompiledView {
  return { compilerVersion: COMPILER_VERSION, ...dialect.statement(query, 2), columns: columnsOf(view) };
}

/**
 * Returns a query for the keys of every entity that may have a row of the view at some time, without duplicates, in
 * columns named and typed as in the entity. It has no parameters.
 *
 * @example await database.query({ text: `select count(*) from (${entityKeysQuery(postgresDialect, speechSentiment.ir)}) as keys` });
 */
export function entityKeysQuery(dialect: Dialect, view: FeatureView): string {
  return dialect.statement(entityKeys(view), 1).text;
}

/**
 * Returns the statement for the keys of the entities that an incremental run has to compute, each once, in columns named and typed as in
 * the entity: `$1` is the run's as-of time, and `since` that of the served run, as ISO text. It relies on the `lateness` of the
 * sources; null if one of them declares none. `hasChanges`: of Iceberg tables, the session has the rows that changed instead, in a view
 * by `sparkChangesView`.
 */
export function compileLateEntities(
  dialect: Dialect,
  view: FeatureView,
  since: string,
  { hasChanges = false }: { readonly hasChanges?: boolean } = {},
): Statement | null {
  const query = lateEntities(view, since, hasChanges);
  return query && dialect.statement(query, 2);
}

/**
 * Compiles features as they were known at each spine row's as-of time.
 *
 * @throws RangeError if a view has no such feature; without this error, `columns` has no duplicates.
 * @example
 * const { statement, columns } = compileTrainingSet(postgresDialect, {
 *   views: [{ view: speechSentiment.ir, features: ["sentiment", "confidence"] }],
 *   spine: { schema: "featstore", table: "spine_7" },
 * });
 */
export function compileTrainingSet(dialect: Dialect, input: TrainingSetInput): CompiledTrainingSet {
  const { query, ...described } = trainingSetQuery(input, dialect.traits);
  return { statement: dialect.statement(query, 1), ...described };
}

/**
 * Compiles a service's values as they were known at each spine row's as-of time. Does what `compileTrainingSet` does
 * and adds views of other entities, joined by the key that the row's own entity had then; defaults in place of null;
 * and computed features over these values, the spine's inputs and its as-of times. A joined feature is null if the key
 * is null.
 *
 * @throws RangeError if a view has no such feature, or if a feature that holds a joined entity's key is not requested.
 * @example
 * const { statement, columns, computed } = compileServiceTrainingSet(postgresDialect, {
 *   views: [{ view: speechProfile.ir, features: ["speaker"] }],
 *   joined: [{ key: { view: "speech_profile", version: 1, feature: "speaker" }, views: [{ view: speakerActivity.ir, features: ["analyses_total"] }] }],
 *   spine: { schema: "featstore", table: "spine_7" },
 * });
 */
export function compileServiceTrainingSet(
  dialect: Dialect,
  input: ServiceTrainingSetInput,
): CompiledServiceTrainingSet {
  const { query, ...described } = serviceTrainingSetQuery(input, dialect.traits);
  return { statement: dialect.statement(query, 1), ...described };
}

/**
 * Compiles the rows of a dataset as one statement without parameters, which `COPY (…) TO STDOUT` can run. The first
 * column, `_excluded`, is the reason for which a row is left out, or null; `columns` describes the others: the key, the
 * values, and `quality_score` if there is one. Rows are ordered by key, texts by code point.
 *
 * @throws RangeError if a dataset reads a view of its service that `input.views` lacks.
 * @example
 * const { text, columns } = compileDataset(postgresDialect, speeches.ir, { service: null, takedowns: null });
 */
export function compileDataset(dialect: Dialect, dataset: Dataset, input: DatasetInput): CompiledDataset {
  const { query, columns } = datasetQuery(dataset, input);
  return { text: dialect.textWithConstants(query), columns };
}

/**
 * Returns the statement that measures a view's fan-out over a spine: one row with `source_rows` and `joined_rows`, both
 * bigint. It scans the source only if an entity occurs more than four times; otherwise the join is cheaper anyway.
 *
 * @example
 * const [row] = await database.query(compileFanOut(postgresDialect, view, { schema: "featstore", table: "spine_7" }));
 */
export function compileFanOut(dialect: Dialect, view: FeatureView, spine: SpineTable): Statement {
  return dialect.statement(fanOutQuery(view, spine), 1);
}

/**
 * Like `compileFanOut`, for a view of a joined entity: over the spine of keys found via `through`, a view with the
 * feature that holds them.
 */
export function compileJoinedFanOut(
  dialect: Dialect,
  view: FeatureView,
  through: { readonly view: FeatureView; readonly feature: string },
  spine: SpineTable,
): Statement {
  return dialect.statement(joinedFanOutQuery(view, through, spine, dialect.traits), 1);
}

/**
 * Returns the statement that says whether a spine repeats entities often enough to make measuring the fan-out of its
 * views worthwhile: one row with the boolean `repeats`. If it is false, each measurement would give `{ sourceRows: 0,
 * joinedRows: 0 }`.
 *
 * @example
 * const [row] = await database.query(compileRepeats(postgresDialect, speech.ir, { schema: "featstore", table: "spine_7" }));
 */
export function compileRepeats(dialect: Dialect, entity: Entity, spine: SpineTable): Statement {
  return dialect.statement(repeatsQuery(entity, spine), 1);
}

/**
 * Returns the statement that counts the rows of a spine before an instant, ISO text: one row with `rows`.
 *
 * @example
 * await database.query(compileRowsBefore(postgresDialect, { schema: "featstore", table: "spine_7" }, "2026-01-01T00:00:00Z"));
 */
export function compileRowsBefore(dialect: Dialect, spine: SpineTable, since: string): Statement {
  return dialect.statement(rowsBeforeQuery(spine, since), 1);
}
