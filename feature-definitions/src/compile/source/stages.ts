import type { FeatureView } from "../../ir/nodes";
import { type PlainSource, plainSources } from "../../ir/source-parts";
import { mapFields } from "../tree/map-fields";
import {
  type Field,
  field,
  from,
  type Item,
  type Select,
  type SqlExpression,
  type Stage,
  select,
} from "../tree/sql-tree";
import { asOfOn, keysOver, type Rows } from "./source-rows";

/** Generates unused names for computed columns and stages. */
export type Names = (preferred: string) => string;

export function namesFor(view: FeatureView, reserved: readonly string[] = []): Names {
  const featureNames = new Set(view.features.map((feature) => feature.name));
  return freeNames(new Set([...reservedBy(view), ...reserved]), featureNames);
}

/** The names that must not be used for stages or joined relations of a statement that reads these views. */
export function namesAround(views: readonly FeatureView[]): Names {
  const relations = views.flatMap(({ source, entity }) => [
    source.name,
    ...(entity.population ? [entity.population.name] : []),
  ]);
  return freeNames(new Set([...views.flatMap((view) => [...reservedBy(view)]), ...relations]), new Set());
}

function reservedBy({ source, entity }: FeatureView): ReadonlySet<string> {
  const taken = new Set(["_tenant", "_event_time", "_as_of", "_clock", "_row", "_unparsed"]);
  for (const column of [...source.key, ...source.columns]) taken.add(column.column).add(column.name);
  for (const column of source.tieBreak) taken.add(column);
  for (const time of [source.eventTime, source.knownTime]) if (time) taken.add(time.column);
  // A stage named like a table would shadow it.
  for (const { relation } of (entity.population ? [source, entity.population] : [source]).flatMap(plainSources)) {
    for (const word of relationWords(relation)) taken.add(word);
  }
  return taken;
}

/** The words that may name tables which a relation reads. */
export function relationWords(relation: PlainSource["relation"]): readonly string[] {
  return wordsOf(relation).map((word) => word.toLowerCase());
}

function wordsOf(relation: PlainSource["relation"]): readonly string[] {
  switch (relation.kind) {
    case "table":
    case "iceberg":
      return [relation.table];
    case "query":
      return relation.text.match(/\w+/g) ?? [];
    case "files":
      return (relation.partitions ?? []).map(({ name }) => name);
    default:
      return relation satisfies never;
  }
}

/** Generates unused names; a name that had to be changed also differs from all feature names. */
export function freeNames(taken: Set<string>, featureNames: ReadonlySet<string>): Names {
  return (preferred) => {
    let name = preferred;
    for (let suffix = 2; taken.has(name) || (name !== preferred && featureNames.has(name)); suffix += 1) {
      name = `${preferred}_${suffix}`;
    }
    taken.add(name);
    return name;
  };
}

/**
 * Rows as a separate stage, with the bindings of its computed columns and a function that binds further expressions.
 */
export interface Staged {
  readonly stage: Stage;
  readonly rows: Rows;
  readonly rebind: (expression: SqlExpression) => SqlExpression;
}

/**
 * Puts rows into a stage with tenant, keys, time, every field that `later` reads, and `computed`. Each computed
 * expression is evaluated once per row, however often it is read.
 */
export function stageRows(
  name: string,
  rows: Rows,
  computed: readonly Item[],
  later: readonly SqlExpression[],
  parts: Partial<Select> = { computedOnce: computed.length > 0 },
): Staged {
  const items = new Map<string, Item>();
  const add = (item: Item): void => void (items.has(item.name) || items.set(item.name, item));
  if (rows.tenant) add({ name: "_tenant", expression: rows.tenant });
  for (const key of rows.keys) add(key);
  if (rows.time) add({ name: "_event_time", expression: rows.time.value });
  if (rows.asOf) add({ name: "_as_of", expression: rows.asOf });
  // Converts to local time once, not for every window; if few rows are left, this gains nothing.
  const clock = rows.asOf && rows.time?.zone && parts.distinctOn === undefined ? rows.time : null;
  if (clock) add({ name: "_clock", expression: asOfOn(clock, 0) });
  const carried = new Map<string, string>();
  for (const expression of later) {
    mapFields(expression, (read) => {
      if (carried.has(read.name)) return read;
      // A key may have the name of another column of the table.
      const name = items.has(read.name) && !reads(items.get(read.name), read) ? `_${read.name}` : read.name;
      carried.set(read.name, name);
      add({ name, expression: read });
      return read;
    });
  }
  for (const item of computed) add(item);
  const asOf = rows.asOf && field(name, "_as_of", "timestamp");
  return {
    stage: { name, query: select({ items: [...items.values()], from: rows.from, where: rows.where, ...parts }) },
    rows: {
      from: from({ kind: "stage", name }, name),
      where: [],
      tenant: rows.tenant && field(name, "_tenant", "string"),
      keys: keysOver(name, rows.keys),
      time: rows.time && {
        value: field(name, "_event_time"),
        zone: rows.time.zone,
        ...(clock ? { asOf: field(name, "_clock"), isOnClock: true } : { asOf }),
      },
      asOf,
    },
    rebind: (expression) =>
      mapFields(expression, (read) => ({ ...read, relation: name, name: carried.get(read.name) ?? read.name })),
  };
}

function reads(item: Item | undefined, column: Field): boolean {
  const expression = item?.expression.kind === "read" ? item.expression.field : item?.expression;
  return expression?.kind === "field" && expression.name === column.name;
}
