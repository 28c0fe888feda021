import { canonicalJson } from "../ir/canonical";
import type { Definitions } from "../ir/definitions";
import type { Source } from "../ir/nodes";
import { type PlainSource, plainSources } from "../ir/source-parts";
import { vectorDimensions } from "../ir/types";

/** A column as the database describes it. */
export interface CatalogColumn {
  readonly name: string;
  /** The type as `format_type` prints it, `character varying(50)`, `vector(384)`; for a domain, its base type. */
  readonly type: string;
  readonly isEnum: boolean;
  /** The values of an enum in their order; absent for other types and for columns of queries. */
  readonly labels?: readonly string[];
  /** Null if the database does not say, as for columns of views and queries. */
  readonly nullable: boolean | null;
}

/** A relation that a catalog describes. */
export type PlainRelation = PlainSource["relation"];

/** The option of `source` that names its relation, by the relation's kind. */
export const RELATION_PATHS = {
  table: "source.table",
  iceberg: "source.table",
  query: "source.query",
  files: "source.path",
} as const;

/** A foreign key: for each of its columns the other table's column, in the constraint's order. */
export interface CatalogForeignKey {
  readonly columns: readonly string[];
  readonly references: { readonly schema: string; readonly table: string; readonly columns: readonly string[] };
}

/** The files of a relation at one moment. */
export interface CatalogFiles {
  readonly count: number;
  readonly bytes: number;
  /** SHA-256 over the path, size and time of the last change of each. */
  readonly digest: string;
}

export type CatalogRelation =
  | {
      readonly relation: PlainRelation;
      readonly state: "found";
      /** The schema in which the table's or view's name was found; absent for a query. */
      readonly schema?: string;
      /** For a query with unqualified names: the schemas in which they are looked up. */
      readonly searchPath?: readonly string[];
      readonly columns: readonly CatalogColumn[];
      /** The columns of each unique index or constraint that covers all rows (no partial or expression indexes). */
      readonly uniqueKeys: readonly (readonly string[])[];
      /** The primary key's columns, which also occur in the unique keys; absent if there is none. */
      readonly primaryKey?: readonly string[];
      /** Absent if there are none. */
      readonly foreignKeys?: readonly CatalogForeignKey[];
      /** True if the materializing role may select from it, possibly only some columns. */
      readonly isReadable: boolean;
      /** False if the role lacks the privilege to use the schema, which every other privilege needs. */
      readonly maySchemaBeUsed?: boolean;
      /** The columns that it may not select although it may select others; absent if it may select all. */
      readonly unreadableColumns?: readonly string[];
      /**
       * True if rows carry the transaction that wrote them: true for plain tables and partitioned ones made of them;
       * absent if unknown.
       */
      readonly tellsTransactions?: boolean;
      /** For each column that its files do not all have with one type, a sentence that names two files; absent if it has no files. */
      readonly inconsistentColumns?: Readonly<Record<string, string>>;
      /** Absent if it has no files. */
      readonly files?: CatalogFiles;
    }
  | { readonly relation: PlainRelation; readonly state: "missing" }
  /** A query that the engine rejects, or files that it cannot read, with its message. */
  | { readonly relation: PlainRelation; readonly state: "failed"; readonly reason: string };

/** The database description that `checkCatalog` uses. */
export interface Catalog {
  /** One for each of `relationsOf(definitions)`. */
  readonly relations: readonly CatalogRelation[];
  /** Tables and views that the role can see, `name` if in the search path, else `schema.name`. Used for suggestions. */
  readonly tableNames: readonly string[];
  readonly hasVectorExtension: boolean;
}

/**
 * The tables and queries that definitions read, as declared by their sources; for an extended source, each of its
 * parts.
 */
export function sourcesOf({ featureViews, datasets = [] }: Definitions): readonly PlainSource[] {
  const populations = featureViews.map((view) => view.entity.population).filter((source) => source !== null);
  const published = datasets.flatMap(({ rows }) => (rows.kind === "source" ? [rows.source] : []));
  return [...featureViews.map((view) => view.source), ...populations, ...published].flatMap(plainSources);
}

/** The database columns that a source declares, without duplicates; compiled SQL reads no others. */
export function databaseColumnsOf(source: Source): readonly string[] {
  const times = [source.eventTime, source.knownTime].filter((time) => time !== null);
  const typed = [...source.key, ...source.columns, ...times].map(({ column }) => column);
  return [...new Set([...typed, ...source.tieBreak, ...(source.tenant === null ? [] : [source.tenant])])];
}

/** The tables and queries that definitions read, without duplicates; a catalog must describe these. */
export function relationsOf(definitions: Definitions): readonly PlainRelation[] {
  return distinct(sourcesOf(definitions).map((source) => source.relation));
}

/** Returns whether definitions have vectors, for which the database needs pgvector. */
export function needsVectors({ featureViews }: Definitions): boolean {
  const isVector = ({ type }: { readonly type: Source["columns"][number]["type"] }): boolean =>
    vectorDimensions(type) !== undefined;
  return featureViews.some((view) => view.features.some(isVector));
}

/** A readable name of a relation: `schema.table`, `catalog.schema.table`, the path of files, or the first words of a query. */
export function relationName(relation: PlainRelation): string {
  if (relation.kind === "table") return [relation.schema, relation.table].filter((part) => part !== null).join(".");
  if (relation.kind === "iceberg") return [relation.catalog, relation.schema, relation.table].join(".");
  if (relation.kind === "files") return relation.path;
  const text = relation.text.replace(/\s+/g, " ").trim();
  return text.length > 60 ? `(${text.slice(0, 57)}…)` : `(${text})`;
}
/** The items without duplicates, compared by content. */
export function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [canonicalJson(item), item])).values()];
}
