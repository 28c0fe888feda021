/** DuckDB's types without parameters by the names that PostgreSQL has for them. */
const NAMES: Readonly<Record<string, string>> = {
  BOOLEAN: "boolean",
  TINYINT: "smallint",
  SMALLINT: "smallint",
  UTINYINT: "smallint",
  INTEGER: "integer",
  USMALLINT: "integer",
  BIGINT: "bigint",
  UINTEGER: "bigint",
  HUGEINT: "numeric",
  UBIGINT: "numeric",
  UHUGEINT: "numeric",
  FLOAT: "real",
  DOUBLE: "double precision",
  VARCHAR: "text",
  BLOB: "bytea",
  DATE: "date",
  TIME: "time without time zone",
  "TIME WITH TIME ZONE": "time with time zone",
  TIMESTAMP: "timestamp without time zone",
  TIMESTAMP_S: "timestamp without time zone",
  TIMESTAMP_MS: "timestamp without time zone",
  TIMESTAMP_NS: "timestamp without time zone",
  "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
  INTERVAL: "interval",
  UUID: "uuid",
  JSON: "jsonb",
};

/**
 * Returns PostgreSQL's name of a DuckDB type. One that no feature can read stays as DuckDB names it.
 *
 * @example postgresType("DECIMAL(12,2)[]") // "numeric(12,2)[]"
 */
export function postgresType(type: string): string {
  const element = /^(.*)\[\]$/s.exec(type)?.[1];
  if (element !== undefined) return `${postgresType(element)}[]`;
  const [, values, dimensions] = /^(FLOAT|DOUBLE)\[(\d+)\]$/.exec(type) ?? [];
  if (values !== undefined) return `vector(${dimensions})`;
  if (type.startsWith("ENUM(")) return "text";
  return NAMES[type] ?? type.toLowerCase().replace(/^decimal\(/, "numeric(");
}
