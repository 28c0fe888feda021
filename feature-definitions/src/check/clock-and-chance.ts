import type { EngineKind } from "./engine-limits";

/** Functions of PostgreSQL and its contributed modules whose value depends on the time, on chance or on the session. */
const functions: ReadonlySet<string> = new Set([
  ...["now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday"],
  ...["random", "random_normal", "setseed", "gen_random_uuid", "gen_random_bytes", "gen_salt", "uuidv4", "uuidv7"],
  ...["uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4"],
  ...["nextval", "currval", "lastval", "setval", "txid_current", "pg_current_xact_id", "pg_backend_pid"],
]);
/**
 * Such functions written without parentheses. They are reserved words: a column with such a name is quoted or follows a
 * dot.
 */
const words: ReadonlySet<string> = new Set([
  ...["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"],
]);
/** The same for functions that only DuckDB has. */
const functionsOfDuckdb: ReadonlySet<string> = new Set([
  ...["today", "get_current_time", "get_current_timestamp", "current_localtime", "current_localtimestamp", "uuid"],
]);
/** Texts that PostgreSQL reads as the current moment when it converts them to a time. */
const momentText = /^'\s*(?:now|today|tomorrow|yesterday)\s*'$/i;
const timeType = /^(?:date|time|timetz|timestamp|timestamptz)$/;

const token =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(e?'(?:[^']|'')*'|\$(?:[a-z_]\w*)?\$[\s\S]*?\$\w*\$|"(?:[^"]|"")*"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*|::|[^\s])/gi;

function tokensOf(text: string): readonly string[] {
  return [...text.matchAll(token)].flatMap(([, found]) => (found === undefined ? [] : [found]));
}

/** Returns whether the parenthesis at a position holds one argument. */
function holdsOne(tokens: readonly string[], opening: number): boolean {
  let depth = 0;
  for (const found of tokens.slice(opening)) {
    if (found === "(" || found === "[") depth += 1;
    else if (found === ")" || found === "]") depth -= 1;
    else if (found === "," && depth === 1) return false;
    if (depth === 0) return true;
  }
  return true;
}

/**
 * Finds the first part of an engine's text, by default PostgreSQL's, whose value depends on the time or on chance, as written; null if there is
 * none. Ignores such names in strings, quoted names, columns and functions of other schemas. Does not inspect the
 * user's own functions.
 *
 * @example clockOrChanceIn("now() - played_at") // "now()"
 */
export function clockOrChanceIn(text: string, engine: EngineKind = "postgres"): string | null {
  const tokens = tokensOf(text);
  for (const [index, found] of tokens.entries()) {
    const name = found.toLowerCase();
    const before = tokens[index - 1]?.toLowerCase();
    const after = tokens[index + 1]?.toLowerCase();
    const isOthers = before === "." && tokens[index - 2]?.toLowerCase() !== "pg_catalog";
    if (
      momentText.test(found) &&
      (timeType.test(before ?? "") || (after === "::" && timeType.test(tokens[index + 2] ?? "")))
    )
      return found;
    if (words.has(name) && before !== "." && before !== "as") return name;
    if (after !== "(" || isOthers) continue;
    if (functions.has(name) || (engine === "duckdb" && functionsOfDuckdb.has(name))) return `${name}()`;
    // With one argument, `age` counts from today.
    if (name === "age" && holdsOne(tokens, index + 1)) return "age() of one argument";
  }
  return null;
}
