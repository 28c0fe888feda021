import { canonicalJson, type Expression } from "@featstore/definitions/compiler";
import { expressionText } from "../../reference/index";

type Document = Readonly<Record<string, unknown>>;

/** Lists the members in which two documents differ, one per line: `eventTime.column: created_at → played_at`. */
export function memberLines(before: unknown, after: unknown, path = ""): readonly string[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  const [old, now] = [membersOf(before), membersOf(after)];
  if (old === undefined || now === undefined)
    return [`${path === "" ? "" : `${path}: `}${text(before)} → ${text(after)}`];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.flatMap((name) => memberLines(old[name], now[name], path === "" ? name : `${path}.${name}`));
}

/** Returns the members to compare, of a document or a list of named documents. */
function membersOf(value: unknown): Document | undefined {
  if (Array.isArray(value)) {
    const named = value.filter((item): item is { name: string } => isDocument(item) && typeof item.name === "string");
    if (value.length === 0 || named.length < value.length) return undefined;
    return Object.fromEntries(named.map(({ name, ...rest }) => [name, rest]));
  }
  return isDocument(value) && !isExpression(value) ? value : undefined;
}

function text(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(text).join(", ");
  if (!isDocument(value)) return String(value);
  if (isExpression(value)) return expressionText(value);
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return `(${members.map(([name, member]) => `${name} ${text(member)}`).join(", ")})`;
}

function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** In definitions, a value with a kind that is neither a source nor a relation is an expression. */
function isExpression(value: Document): value is Document & Expression {
  return typeof value.kind === "string" && !["source", "table", "query", "extended"].includes(value.kind);
}
