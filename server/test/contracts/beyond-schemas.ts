import { isJson, type TestRequest } from "./document-verdict";

/** A rule that the document says in words only. */
interface Rule {
  readonly reason: string;
  /** Returns whether a request that the document accepts may break the rule. */
  readonly mayBreak: (request: TestRequest) => boolean;
}

const parametersOf = ({ query }: TestRequest) => new URLSearchParams(query);

/** Returns the values of a parameter, or of a member anywhere in the body. */
function valuesOf(request: TestRequest, name: string): readonly unknown[] {
  const found: unknown[] = parametersOf(request).getAll(name);
  if (request.body !== null && isJson(request.contentType))
    JSON.parse(request.body.replace(/^\uFEFF/, ""), (key, value: unknown) => {
      if (key === name) found.push(value);
      return value;
    });
  return found;
}

/** The texts of a name follow a rule that no schema says; `known` follow it. */
function texts(name: string, reason: string, ...known: readonly string[]): Rule {
  return {
    reason,
    mayBreak: (request) =>
      valuesOf(request, name)
        .flat()
        .some((value) => typeof value === "string" && !known.includes(value)),
  };
}

/** Two parameters of an operation depend on each other, which OpenAPI cannot say. */
function together(operation: string, first: string, second: string, reason: string): Rule {
  return {
    reason,
    mayBreak: (request) =>
      request.operation.id === operation && [first, second].every((name) => parametersOf(request).has(name)),
  };
}

function numbersAbove(name: string, bound: number, reason: string): Rule {
  return {
    reason,
    mayBreak: (request) => valuesOf(request, name).some((value) => Number(value) > bound),
  };
}

const TIME = "the calendar, and whether a time has passed";

/** The rules that the document cannot say: the test leaves requests alone that may break one. */
const RULES: readonly Rule[] = [
  ...["as_of", "since", "until"].map((name) => texts(name, TIME, "2026-01-01T00:00:00Z", "2026-01-01")),
  texts("allow_leakage", "a reason has a character other than spaces, and PostgreSQL can store it", "known"),
  texts("expires_at", TIME, "2027-01-01T00:00:00Z"),
  texts("networks", "the form of an address with its prefix", "10.0.0.0/8", "2001:db8::/32"),
  ...["name", "organisation_name"].map((name) =>
    texts(name, "names without invisible characters and links", "ranking", "Example Music"),
  ),
  texts("email", "the form of a mail address", "grace@example.com"),
  numbersAbove("latency_budget_ms", 1_000_000, "the deadline is a setting"),
  ...["requests_per_second", "burst", "requests_per_month", "rows_per_month", "bytes_per_month"].map((name) =>
    numbersAbove(name, 1_000_000, "the limits that apply without the key's own are settings"),
  ),
  ...["batch_ids", "search_hits"].map((name) => numbersAbove(name, 10_000, "the same")),
  numbersAbove("exports", 8, "the same"),
  together("readFeatureViewDrift", "against", "baseline", "a chosen generation excludes `previous`"),
  together("downloadDataset", "features", "part", "a part is of a file, not of columns"),
  {
    reason: "at most 400 days, in order",
    mayBreak: ({ operation, query }) => operation.id === "readUsage" && /from|to/.test(query),
  },
];

/** Returns why the document's acceptance of a request decides nothing; undefined if it does. */
export function undecided(request: TestRequest): string | undefined {
  return RULES.find(({ mayBreak }) => mayBreak(request))?.reason;
}
