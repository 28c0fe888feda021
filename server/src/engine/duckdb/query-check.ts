import { EngineError } from "../engine-error";
import type { DuckdbSession } from "./process/index";
import { type Roots, requireInRoots } from "./roots";

/** Functions that make rows from their arguments, or read files whose paths are constants. */
const FILE_READERS = new Set([
  "read_parquet",
  "parquet_scan",
  "read_csv",
  "read_csv_auto",
  "read_json",
  "read_json_auto",
  "read_ndjson",
  "read_ndjson_auto",
]);
const ROW_MAKERS = new Set(["range", "generate_series", "unnest", "repeat", "json_each", "json_tree"]);
/** Scalar functions that read the session or write its log. */
const REFUSED = new Set([
  "current_setting",
  "getvariable",
  "getenv",
  "current_query",
  "write_log",
  "sleep_ms",
  "pg_sleep",
  "nextval",
  "currval",
  "setseed",
]);

type Node = Readonly<Record<string, unknown>>;

/**
 * Requires that the query of a source is one SELECT that reads only files below the engine's roots and tables of the attached
 * PostgreSQL. It reads DuckDB's own syntax tree, so comments and quotes hide nothing. `hasParameters`: the text is a compiled
 * statement. Errors: `engine_query_refused`, `path_outside_roots`; `engine_statement_failed` for a syntax error.
 */
export async function requireHarmlessQuery(
  engine: Roots,
  session: DuckdbSession,
  text: string,
  { hasParameters = false }: { readonly hasParameters?: boolean } = {},
): Promise<void> {
  const [row] = await session.rows<{ tree: string }>("select json_serialize_sql(cast($1 as varchar)) as tree", {
    parameters: [text],
  });
  const tree: Node = JSON.parse(row?.tree ?? "{}"); // DuckDB's document
  if (tree.error === true) {
    const isSyntax = tree.error_type === "parser";
    throw isSyntax
      ? new EngineError("engine_statement_failed", `DuckDB cannot parse the query: ${String(tree.error_message)}`)
      : refusal("is not a single SELECT");
  }
  if (!Array.isArray(tree.statements) || tree.statements.length !== 1) throw refusal("is not a single SELECT");
  const nodes = [...nodesOf(tree.statements)];
  const named = new Set(nodes.flatMap(commonTables));
  for (const node of nodes) {
    if (node.class === "PARAMETER" && !hasParameters) throw refusal("has a parameter");
    await requireHarmless(engine, node, named);
  }
}

function refusal(what: string): EngineError {
  return new EngineError("engine_query_refused", `The query ${what}.`);
}

async function requireHarmless(engine: Roots, node: Node, commonTables: ReadonlySet<string>): Promise<void> {
  if (node.type === "SHOW_REF") throw refusal("uses describe, show or summarize");
  if (node.type === "BASE_TABLE") return requireTable(engine, node, commonTables);
  if (node.type === "TABLE_FUNCTION") return requireTableFunction(engine, node.function as Node); // DuckDB's form
  if (typeof node.function_name === "string" && REFUSED.has(node.function_name.toLowerCase()))
    throw refusal(`calls ${node.function_name}, which reads or changes the session`);
}

async function requireTable(engine: Roots, node: Node, commonTables: ReadonlySet<string>): Promise<void> {
  const [catalog = "", schema = "", table = ""] = [node.catalog_name, node.schema_name, node.table_name].map(String);
  if ([catalog, schema].includes("source")) return;
  const isUnqualified = catalog === "" && schema === "";
  if (isUnqualified && commonTables.has(table.toLowerCase())) return;
  if (!isUnqualified || !/[./*]/.test(table)) {
    const name = [catalog, schema, table].filter((part) => part !== "").join(".");
    throw refusal(`names the table ${name}; tables of the engine's PostgreSQL are source.<schema>.<table>`);
  }
  await requireInRoots(engine, table);
}

async function requireTableFunction(engine: Roots, call: Node): Promise<void> {
  const name = String(call.function_name).toLowerCase();
  if (ROW_MAKERS.has(name)) return;
  if (!FILE_READERS.has(name)) throw refusal(`calls ${name}, which sources may not use`);
  const [paths] = call.children as readonly Node[]; // DuckDB's form
  for (const path of constantTexts(paths)) {
    if (path === undefined) throw refusal(`gives ${name} a path that is not a constant text`);
    await requireInRoots(engine, path);
  }
}

/** The texts of a constant or of a list of constants; undefined for anything else. */
function constantTexts(node: Node | undefined): readonly (string | undefined)[] {
  if (node?.class === "FUNCTION" && node.function_name === "list_value")
    return (node.children as readonly Node[]).flatMap(constantTexts); // DuckDB's form
  const value = node?.class === "CONSTANT" ? (node.value as Node).value : undefined; // DuckDB's form
  return [typeof value === "string" ? value : undefined];
}

/** The names that a node's `with` defines. */
function commonTables(node: Node): readonly string[] {
  const { map } = (node.cte_map ?? {}) as { readonly map?: readonly { readonly key: string }[] }; // DuckDB's form
  return (map ?? []).map(({ key }) => key.toLowerCase());
}

/** The objects of a document. Deep expressions would exceed the stack of a recursion. */
function* nodesOf(document: unknown): Generator<Node> {
  const left = [document];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) yield value as Node; // an object of the document
    for (const member of Object.values(value)) left.push(member);
  }
}
