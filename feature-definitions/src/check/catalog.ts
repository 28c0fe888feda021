import type { Definitions, Source } from "../ir/nodes";
import { type PlainSource, plainSources } from "../ir/source-parts";
import { vectorDimensions } from "../ir/types";
import { distinct } from "./check-across";

/** A column as the database describes it. */
export interface CatalogColumn {
  readonly name: string;
  /** As `format_type` prints it, `character varying(50)`, `vector(384)`; for a domain, its base type. */
  readonly type: string;
  readonly isEnum: boolean;
  /** Null where the database does not say: columns of views and queries. */
  readonly nullable: boolean | null;
}

/** What a catalog describes. */
export type PlainRelation = PlainSource["relation"];

/** Columns that hold the key of another table's row, by the other table's column, in the constraint's order. */
export interface CatalogForeignKey {
  readonly columns: readonly string[];
  readonly references: { readonly schema: string; readonly table: string; readonly columns: readonly string[] };
}

export type CatalogRelation =
  | {
      readonly relation: PlainRelation;
      readonly state: "found";
      /** The schema that holds a table or view, which its name resolved to; absent: a query. */
      readonly schema?: string;
      /** Of a query that names things without their schema: where they are looked up. */
      readonly searchPath?: readonly string[];
      readonly columns: readonly CatalogColumn[];
      /** The columns of each unique index or constraint that covers all rows (no partial, no expression index). */
      readonly uniqueKeys: readonly (readonly string[])[];
      /** The primary key's columns, which are among the unique keys as well; absent: there is none. */
      readonly primaryKey?: readonly string[];
      /** Absent: there are none. */
      readonly foreignKeys?: readonly CatalogForeignKey[];
      /** Whether the role that will materialize may select from it, be it only some columns. */
      readonly isReadable: boolean;
      /** False where the role lacks the privilege to use the schema, without which no other one helps. */
      readonly maySchemaBeUsed?: boolean;
      /** The columns that it may not select where it may others; absent: it may all. */
      readonly unreadableColumns?: readonly string[];
      /** Whether its rows carry the transaction that wrote them: a plain table, and one whose parts all are; absent: not known. */
      readonly tellsTransactions?: boolean;
    }
  | { readonly relation: PlainRelation; readonly state: "missing" }
  /** A query that the database refuses, with its message. */
  | { readonly relation: PlainRelation; readonly state: "failed"; readonly reason: string };

/** What `checkCatalog` knows of a database. */
export interface Catalog {
  /** One for each of `relationsOf(definitions)`. */
  readonly relations: readonly CatalogRelation[];
  /** Tables and views the role can see, `name` where the search path has it, else `schema.name`. For suggestions. */
  readonly tableNames: readonly string[];
  readonly hasVectorExtension: boolean;
}

/** The tables and queries that definitions read, as their sources say: of an extended source, each that it is made of. */
export function sourcesOf({ featureViews }: Definitions): readonly PlainSource[] {
  const populations = featureViews.map((view) => view.entity.population).filter((source) => source !== null);
  return [...featureViews.map((view) => view.source), ...populations].flatMap(plainSources);
}

/** The database's columns that a source declares, each once: what compiled SQL may read of its relation, and no more. */
export function databaseColumnsOf(source: Source): readonly string[] {
  const times = [source.eventTime, source.knownTime].filter((time) => time !== null);
  const typed = [...source.key, ...source.columns, ...times].map(({ column }) => column);
  return [...new Set([...typed, ...source.tieBreak, ...(source.tenant === null ? [] : [source.tenant])])];
}

/** The tables and queries that definitions read, each once: what a catalog has to describe. */
export function relationsOf(definitions: Definitions): readonly PlainRelation[] {
  return distinct(sourcesOf(definitions).map((source) => source.relation));
}

/** Whether definitions have vectors, for which the database needs pgvector. */
export function needsVectors({ featureViews }: Definitions): boolean {
  const isVector = ({ type }: { readonly type: Source["columns"][number]["type"] }): boolean =>
    vectorDimensions(type) !== undefined;
  return featureViews.some((view) => view.features.some(isVector));
}

/** A relation as people write it: `schema.table`, or the first words of a query. */
export function relationName(relation: PlainRelation): string {
  if (relation.kind === "table") return [relation.schema, relation.table].filter((part) => part !== null).join(".");
  const text = relation.text.replace(/\s+/g, " ").trim();
  return text.length > 60 ? `(${text.slice(0, 57)}…)` : `(${text})`;
}
