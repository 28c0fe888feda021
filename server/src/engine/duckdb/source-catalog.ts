import type { Catalog, CatalogColumn, CatalogRelation, PlainRelation } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import { EngineError, isFailureOfSource } from "../engine-error";
import { createSourceCatalog as createPostgresCatalog } from "../postgres/source-catalog";
import type { Sources } from "../sources";
import { attachedPostgres } from "./attached-postgres";
import { postgresType } from "./column-types";
import { requirePartitions } from "./file-partitions";
import { compareSchemas, filesSummary, listFiles } from "./file-schemas";
import { openTable } from "./open-table";
import { type DuckdbSession, type OpenEngine, withDuckdb } from "./process/index";
import { relationText } from "./relation-text";
import { extensionsFor, requireReadable } from "./with-sources";

type Relation<Kind> = Extract<PlainRelation, { readonly kind: Kind }>;

const DEADLINE_MS = 120_000;

/** Describes relations in one session. Queries are not executed; of files, only the lists and the footers are read. */
export function createSourceCatalog(engine: OpenEngine): Pick<Sources, "describe"> {
  return {
    async describe(relations, options) {
      if (relations.length === 0) return { relations: [], tableNames: [], hasVectorExtension: false };
      const extensions = extensionsFor(relations);
      const callOptions = { deadlineMs: DEADLINE_MS, ...options };
      return withDuckdb(engine, { ...callOptions, extensions, isShort: true }, async (session) => {
        const tables = await describeTables(engine, session, relations);
        const described: CatalogRelation[] = [];
        for (const relation of relations) {
          const table = tables.relations.find((each) => each.relation === relation);
          described.push(table ?? (await describeOther(engine, session, relation, callOptions)));
        }
        return { ...tables, relations: described };
      });
    },
  };
}

/** Describes the tables of the attached PostgreSQL, as its role sees them. */
async function describeTables(
  { settings }: OpenEngine,
  session: DuckdbSession,
  relations: readonly PlainRelation[],
): Promise<Catalog> {
  const tables = relations.filter((relation): relation is Relation<"table"> => relation.kind === "table");
  if (tables.length === 0 || settings.url === null) return { relations: [], tableNames: [], hasVectorExtension: false };
  const catalog = await createPostgresCatalog(attachedPostgres(session)).describe(tables);
  return { ...catalog, relations: catalog.relations.map(asScanned), hasVectorExtension: false };
}

/** DuckDB's scanner reads a numeric without precision as a float, whose digits are already lost. Rows tell no transactions. */
function asScanned(described: CatalogRelation): CatalogRelation {
  if (described.state !== "found") return described;
  const { tellsTransactions: _, ...found } = described;
  return {
    ...found,
    columns: found.columns.map((column) =>
      column.type === "numeric" ? { ...column, type: "double precision" } : column,
    ),
  };
}

async function describeOther(
  engine: OpenEngine,
  session: DuckdbSession,
  relation: PlainRelation,
  options: CallOptions,
): Promise<CatalogRelation> {
  try {
    // Each alone: a refused relation is described as such.
    await requireReadable(engine, session, relation);
    if (relation.kind === "files") return await describeFiles(engine.name, session, relation);
    if (relation.kind === "iceberg") await openTable(engine, session, relation, options);
    if (relation.kind === "query" || relation.kind === "iceberg") {
      const columns = await columnsOf(session, `${relationText(engine.name, relation)} as source`);
      return { relation, state: "found", columns, uniqueKeys: [], isReadable: true };
    }
    // A table, of an engine without a PostgreSQL.
    return { relation, state: "missing" };
  } catch (error) {
    if (!(error instanceof EngineError) || !isFailureOfSource(error)) throw error;
    return { relation, state: "failed", reason: error.detail };
  }
}

async function describeFiles(
  engine: string,
  session: DuckdbSession,
  relation: Relation<"files">,
): Promise<CatalogRelation> {
  const files = await listFiles(session, [relation.path]);
  if (files.length === 0) return withoutFiles(session, relation);
  const paths = files.map(({ path }) => path);
  requirePartitions(paths, relation.partitions ?? []);
  const { required, inconsistent } = await compareSchemas(session, relation.path);
  const partitions = new Set((relation.partitions ?? []).map(({ name }) => name));
  const columns = await columnsOf(session, relationText(engine, relation));
  return {
    relation,
    state: "found",
    columns: columns.map((column) =>
      required.has(column.name) && !partitions.has(column.name) ? { ...column, nullable: false } : column,
    ),
    uniqueKeys: [],
    isReadable: true,
    inconsistentColumns: Object.fromEntries(inconsistent),
    files: filesSummary(files),
  };
}

/** Describes a path that matches no file: often it names a folder, or misses the folders below it. */
async function withoutFiles(session: DuckdbSession, relation: Relation<"files">): Promise<CatalogRelation> {
  const deeper = deeperPath(relation.path);
  // DuckDB takes one `**` in a path.
  if (relation.path.includes("**") || (await listFiles(session, [deeper])).length === 0)
    return { relation, state: "missing" };
  return { relation, state: "failed", reason: `only folders are there; for the files in them, write \`${deeper}\`` };
}

// `plays` and `plays/*.parquet` become `plays/**/*.parquet`.
function deeperPath(path: string): string {
  const at = path.lastIndexOf("/") + 1;
  if (path.slice(at).includes("*")) return `${path.slice(0, at)}**/${path.slice(at)}`;
  return `${path.replace(/\/+$/, "")}/**/*.parquet`;
}

async function columnsOf(session: DuckdbSession, from: string): Promise<readonly CatalogColumn[]> {
  const rows = await session.rows<{ column_name: string; column_type: string }>(`describe select * from ${from}`);
  return rows.map((row) => ({
    name: row.column_name,
    type: postgresType(row.column_type),
    isEnum: row.column_type.startsWith("ENUM("),
    // Almost all files and all queries allow nulls, whether or not there are any.
    nullable: null,
  }));
}
