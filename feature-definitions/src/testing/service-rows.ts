import { jsonText } from "../compile/generations/index";
import { compileServiceTrainingSet } from "../compile/index";
import { databaseType, postgresDialect, quoteName, quoteTable } from "../compile/postgres/index";
import type { JoinedViews } from "../compile/training/service-training-set";
import type { FeatureReference, FeatureService, FeatureView, Source, SourceColumn } from "../ir/nodes";
import { COMPUTED, featureColumnName } from "../ir/service-columns";
import { featuresReadBy } from "../ir/service-reads";
import type { ValueType } from "../ir/types";
import { instant } from "./materialize-rows";
import { createSourceTables, type GivenRows, readFromSchema, readsVectors } from "./source-tables";
import type { TestDatabase, TestSession } from "./test-database";

/** A request to a service: an entity's key and the inputs. */
export interface RowRequest {
  /** By the names of the entity's key columns. */
  readonly key: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The response of a service for one entity, by column: `listening.plays`, `computed.similarity`. */
export type ServiceRow = ReadonlyMap<string, { readonly type: ValueType; readonly value: unknown }>;

/**
 * Returns a service's values as of a time, one row for each request, in their order.
 *
 * @throws TypeError for a missing view, a missing required input or an undeclared input
 */
export function serviceRows(
  database: TestDatabase,
  service: FeatureService,
  views: readonly FeatureView[],
  {
    given,
    asOf,
    requests,
  }: { readonly given: GivenRows; readonly asOf: string; readonly requests: readonly RowRequest[] },
): Promise<readonly ServiceRow[]> {
  for (const { inputs } of requests) checkInputs(service, inputs);
  for (const reference of featuresReadBy(service)) viewOf(views, reference);
  return database.use({ vectors: views.some(readsVectors) }, async (session) => {
    const schema = `test_${crypto.randomUUID().replaceAll("-", "")}`;
    await session.script(`create schema ${quoteName(schema)}`);
    try {
      await createSourceTables(session, views, schema, given);
      await createSpine(session, schema, entityOf(service, views), instant(asOf), requests);
      return await read(
        session,
        schema,
        service,
        views.map((view) => asServed(readFromSchema(view, schema))),
      );
    } finally {
      await session.script(`drop schema ${quoteName(schema)} cascade`);
    }
  });
}

function checkInputs({ name, inputs = [] }: FeatureService, values: Readonly<Record<string, unknown>>): void {
  for (const input of inputs) {
    if (!input.nullable && values[input.name] == null) throw new TypeError(`The input ${input.name} is required`);
  }
  for (const key of Object.keys(values)) {
    if (inputs.some((input) => input.name === key)) continue;
    const known = inputs.map((input) => input.name).join(", ");
    throw new TypeError(`The service ${name} has no input ${key}${known === "" ? "" : `; it has ${known}`}`);
  }
}

function viewOf(views: readonly FeatureView[], { view: name, version }: FeatureReference): FeatureView {
  const found = views.find((view) => view.name === name && view.version === version);
  if (!found) throw new TypeError(`The service reads ${name}@${version}, which is missing from the test's views`);
  return found;
}

/**
 * The view as of the test's time, regardless of its source's history: the specified rows are its contents at that time,
 * as in a materialization.
 */
function asServed(view: FeatureView): FeatureView {
  return { ...view, source: knownThen(view.source) };
}

function knownThen(source: Source): Source {
  const columns = source.columns.map((column): SourceColumn => ({ ...column, static: true }));
  const key = source.key.map((column): SourceColumn => ({ ...column, static: true }));
  const known = { ...source, history: "events", columns, key } as const;
  if (source.eventTime !== null) return known;
  const { relation } = source;
  const eventTime = { column: "_always", zone: null };
  if (relation.kind === "extended")
    return { ...known, relation: { ...relation, base: knownThen(relation.base) }, eventTime };
  // The rows of a test are in tables, whatever the sources are.
  if (relation.kind !== "table") throw new TypeError(`The source ${source.name} is no table of the test`);
  const table = quoteTable(relation.schema, relation.table);
  const text = `select *, timestamptz '0001-01-01 00:00:00Z' as "_always" from ${table}`;
  return { ...known, relation: { kind: "query", text }, eventTime };
}

function entityOf(service: FeatureService, views: readonly FeatureView[]): FeatureView["entity"] {
  const own = service.features.map(({ through, ...reference }) => through ?? reference)[0];
  if (!own) throw new TypeError(`The service ${service.name} picks no features`);
  return viewOf(views, own).entity;
}

async function createSpine(
  session: TestSession,
  schema: string,
  { key }: FeatureView["entity"],
  asOf: string,
  requests: readonly RowRequest[],
): Promise<void> {
  const table = quoteTable(schema, "_spine");
  const keys = key.map(({ name, type }) => `${quoteName(name)} ${databaseType(type)}`);
  await session.script(
    `create table ${table} (_row bigint primary key, _tenant text, ${keys.join(", ")}, _as_of timestamptz, _passthrough text)`,
  );
  const rows = requests.map((each, index) => ({
    ...each.key,
    _row: index,
    _tenant: each.key._tenant ?? "",
    _as_of: asOf,
    _passthrough: json(each.inputs),
  }));
  await session.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::text::jsonb)`, [
    json(rows),
  ]);
}

async function read(
  session: TestSession,
  schema: string,
  service: FeatureService,
  views: readonly FeatureView[],
): Promise<readonly ServiceRow[]> {
  const references = featuresReadBy(service);
  const picked = (picks: readonly FeatureReference[]) =>
    [...new Set(picks.map((reference) => viewOf(views, reference)))].map((view) => ({
      view,
      features: picks.filter(({ view: name }) => name === view.name).map(({ feature }) => feature),
    }));
  const joined = new Map<string, JoinedViews>();
  for (const { through } of references) {
    if (through === undefined) continue;
    const identity = featureColumnName(through);
    const group = references.filter((other) => other.through && featureColumnName(other.through) === identity);
    joined.set(identity, { key: through, views: picked(group) });
  }
  const { statement, columns, computed } = compileServiceTrainingSet(postgresDialect, {
    views: picked(references.filter(({ through }) => through === undefined)),
    joined: [...joined.values()],
    computed: service.computed ?? [],
    inputs: service.inputs ?? [],
    spine: { schema, table: "_spine" },
  });
  const made = [
    ...columns.map((column) => ({ name: column.name, column: featureColumnName(column), type: column.type })),
    ...computed.map(({ name, feature }) => ({ name, column: `${COMPUTED}.${feature.name}`, type: feature.type })),
  ];
  const items = made.map(({ name, type }) => `${jsonText(quoteName(name), type)} as ${quoteName(name)}`);
  const rows = await session.query<Record<string, string>>(
    `select ${items.join(", ")} from (\n${statement.text}\n) as "result"`,
    statement.parameters,
  );
  return rows.map(
    (row): ServiceRow =>
      new Map(made.map(({ name, column, type }) => [column, { type, value: JSON.parse(row[name] ?? "null") }])),
  );
}

function json(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? item.toString() : item));
}
