import type { z } from "@hono/zod-openapi";
import { type Fault, listNames, suggest } from "../../core/index";

/** Zod's types allow an undefined member wherever one may be absent, which neither JSON nor a query can express. */
export type Present<Value> = Value extends readonly (infer Element)[]
  ? readonly Present<Element>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Present<Exclude<Value[Key], undefined>> }
    : Value;

/**
 * Returns a value as its schema transforms it. Throws the error that `refuse` builds of the faults, one for each path, in
 * the API's words. The value itself has the path `body`.
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  refuse: (faults: readonly Fault[]) => Error,
): Present<z.output<Schema>> {
  const result = schema.safeParse(value, { error: wordsOf, reportInput: true });
  if (result.success) return result.data as Present<z.output<Schema>>;
  const byPath = new Map<string, Fault>();
  for (const { path, detail } of result.error.issues.flatMap(faultsOf)) {
    const text = pathText(path) || "body";
    if (!byPath.has(text)) byPath.set(text, { path: text, detail });
  }
  throw refuse([...byPath.values()]);
}

/** Quotes a received value for a message, shortened. */
export function gotText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

interface IssueFault {
  readonly path: Path;
  readonly detail: string;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "an integer",
  boolean: "true or false",
  array: "an array",
  object: "an object",
  record: "an object",
};

const nounOf = (expected: string): string => NOUNS[expected] ?? expected;

/** Says what is wrong, unless the schema itself says it. For unknown members it lists the known ones. */
function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  if (input === undefined && (issue.code === "invalid_type" || issue.code === "custom")) return "it is required";
  switch (issue.code) {
    case "invalid_type":
      return `expected ${nounOf(issue.format === "safeint" ? "int" : issue.expected)}, got ${gotText(input)}`;
    case "invalid_value":
      return input === undefined ? "it is required" : choiceText(issue.values, input);
    case "too_small":
      return sizeText("at least", issue.origin, issue.minimum, input);
    case "too_big":
      return sizeText("at most", issue.origin, issue.maximum, input);
    case "unrecognized_keys":
      return Object.keys((issue.inst?._zod.def as { readonly shape?: object } | undefined)?.shape ?? {}).join(",");
    default:
      return undefined;
  }
}

function choiceText(values: readonly unknown[], input: unknown): string {
  const choices = values.length === 1 ? gotText(values[0]) : `one of ${values.join(", ")}`;
  return `expected ${choices}, got ${gotText(input)}`;
}

function sizeText(bound: string, origin: string, size: number | bigint, input: unknown): string {
  if (origin === "string") {
    if (input === "") return "it is empty";
    return `expected ${bound} ${size} characters, got ${typeof input === "string" ? input.length : gotText(input)}`;
  }
  if (origin !== "array") return `expected ${bound} ${size}, got ${gotText(input)}`;
  return `expected ${bound} ${size} ${Number(size) === 1 ? "element" : "elements"}`;
}

function faultsOf(issue: Issue): readonly IssueFault[] {
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(",");
    const detailOf = (key: string) => suggest(key, known) || `; expected one of ${listNames(known, key)}`;
    return issue.keys.map((key) => ({
      path: [...issue.path, key.slice(0, 60)],
      detail: `unknown member${detailOf(key)}`,
    }));
  }
  if (issue.code === "invalid_key" || issue.code === "invalid_element") {
    return issue.issues.map(({ message }) => ({ path: issue.path, detail: `invalid name: ${message}` }));
  }
  if (issue.code === "invalid_union") {
    return unionFaults(issue).map(({ path, detail }) => ({ path: [...issue.path, ...path], detail }));
  }
  return [{ path: issue.path, detail: issue.message }];
}

/** Describes what none of several alternatives accepts: all alternatives if they differ in one value, else the nearest. */
function unionFaults({ errors, input }: z.core.$ZodIssueInvalidUnion): readonly IssueFault[] {
  const firsts = errors.map(([first]) => first);
  if (firsts.every((first) => first?.code === "invalid_type" && first.path.length === 0)) {
    const nouns = firsts.map((first) => nounOf(first?.code === "invalid_type" ? first.expected : ""));
    return [{ path: [], detail: `expected ${[...new Set(nouns)].join(" or ")}, got ${gotText(input)}` }];
  }
  const tagged = firsts.flatMap((first) => (first?.code === "invalid_value" ? [first] : []));
  const [tag] = tagged;
  if (tag !== undefined && tagged.length === errors.length) {
    const detail = choiceText(
      tagged.flatMap(({ values }) => values),
      tag.input,
    );
    return [{ path: tag.path, detail: tag.input === undefined ? "it is required" : detail }];
  }
  const nearest = [...errors].sort((one, other) => weightOf(one) - weightOf(other))[0] ?? [];
  return nearest.flatMap(faultsOf);
}

/** Counts the faults of an alternative, each unknown member as one. */
function weightOf(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
}

/** Formats a path: `labels[0].horizon`. */
function pathText(path: Path): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`))
    .join("");
}
