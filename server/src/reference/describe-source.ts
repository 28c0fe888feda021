import {
  columnsRead,
  compareCodePoints,
  type FeatureView,
  originOf,
  type Relation,
  type Source,
  type SourceColumn,
  type TimeColumn,
} from "@featstore/definitions/compiler";
import { expressionText } from "./expression-text";
import type { ColumnDocument, RelationDocument, SourceDocument, TimeDocument } from "./reference-document";

export function describeSource(source: Source): SourceDocument {
  const { name, relation, key, declaredKey, eventTime, knownTime, tieBreak, tenant, history, filter } = source;
  return {
    name,
    relation: describeRelation(relation),
    key: describeKey(key),
    declared_key: declaredKey ? describeKey(declaredKey) : null,
    event_time: describeTime(eventTime),
    known_time: describeTime(knownTime),
    tie_break: tieBreak,
    tenant,
    history,
    filter: filter && expressionText(filter),
  };
}

function describeKey(key: readonly SourceColumn[]): SourceDocument["key"] {
  return key.map((column) => ({ name: column.name, column: column.column }));
}

function describeRelation(relation: Relation): RelationDocument {
  if (relation.kind !== "extended") return relation;
  const { base, extension } = relation;
  return { ...relation, base: describeSource(base), extension: describeSource(extension) };
}

function describeTime(time: TimeColumn | null): TimeDocument | null {
  return time && { column: time.column, zone: time.zone };
}

/** Lists the source columns that a view reads, with the features and filters that read them. */
export function describeColumns({ source, filter, features }: FeatureView): ColumnDocument[] {
  const filtering = columnsRead([source.filter, filter]);
  const reading = features.map(({ name, expression }) => ({ name, columns: columnsRead([expression]) }));
  const read = new Set([filtering, ...reading.map(({ columns }) => columns)].flatMap((columns) => [...columns]));
  const declared = new Map<string, SourceColumn>(
    [...source.columns, ...source.key].map((column) => [column.name, column]),
  );
  return [...read].sort(compareCodePoints).flatMap((name): ColumnDocument[] => {
    const column = declared.get(name);
    if (column === undefined) return [];
    const [origin, original] = originOf(source, column);
    return [
      {
        name,
        column: original.column,
        source: origin.name,
        type: column.type,
        nullable: column.nullable,
        zone: column.zone,
        static: column.static === true,
        filters: filtering.has(name),
        features: reading
          .filter(({ columns }) => columns.has(name))
          .map((feature) => feature.name)
          .sort(compareCodePoints),
      },
    ];
  });
}
