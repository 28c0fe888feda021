import { type Change, canonicalJson, type Expression } from "@featstore/definitions/compiler";
import { expressionText } from "../../reference/index";

const SHOWN_BEFORE = 24;
const SHOWN = 72;

/** Writes ` before → after`, with long texts cut to the part around their first difference; `""` if there is neither. */
export function changeText(before: string | null, after: string | null): string {
  const only = before ?? after;
  if (only === null) return "";
  if (before === null || after === null) return ` ${around(only, 0)}`;
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  return ` ${around(before, same)} → ${around(after, same)}`;
}

/** Returns a short text whole, and a long one cut to the part around a position. */
function around(text: string, position: number): string {
  if (text.length <= SHOWN) return text;
  const from = Math.max(0, Math.min(position - SHOWN_BEFORE, text.length - SHOWN));
  const end = from + SHOWN;
  return `${from > 0 ? "…" : ""}${text.slice(from, end)}${end < text.length ? "…" : ""}`;
}

/** Kinds of change that compare documents instead of text. */
const DOCUMENTS: ReadonlySet<Change["kind"]> = new Set([
  ...(["key_changed", "population_changed", "source_changed", "embedding_changed"] as const),
  ...(["contract_changed", "schedule_changed", "tags_changed"] as const),
]);

/**
 * Writes a change as text: an expression before and after, in the language of definitions, or the members of a document
 * that differ. Uses one line if it fits.
 */
export function changeLines({ kind, path, before, after }: Change): readonly string[] {
  const head = `${path}: ${kind.replaceAll("_", " ")}`;
  if (DOCUMENTS.has(kind)) {
    const members = memberLines(parsed(before), parsed(after));
    return members.length === 1 ? [`${head}, ${members[0]}`] : [head, ...members.map((line) => `  ${line}`)];
  }
  if (kind !== "expression_changed" && kind !== "filter_changed") return [`${head}${changeText(before, after)}`];
  const [old, now] = [readable(before), readable(after)];
  const isShort = [old, now].every((text) => text === null || (text.length <= SHOWN && !text.includes("\n")));
  if (isShort) return [`${head}${changeText(old, now)}`];
  return [head, ...marked("- ", old), ...marked("+ ", now)];
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json); // `diffViews` made it from a value
}

/** Writes an expression that a change stores as JSON. */
function readable(json: string | null): string | null {
  return json === null ? null : expressionText(JSON.parse(json) as Expression); // `diffViews` made it from one
}

function marked(mark: string, text: string | null): readonly string[] {
  return text === null ? [] : text.split("\n").map((line, index) => `  ${index === 0 ? mark : "  "}${line}`);
}

type Document = Readonly<Record<string, unknown>>;

/** Lists the members in which two documents differ, one per line: `eventTime.column: created_at → played_at`. */
function memberLines(before: unknown, after: unknown, path = ""): readonly string[] {
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
  return typeof value.kind === "string" && !["source", "table", "query", "files", "extended"].includes(value.kind);
}
