/** A limit of the key or its organisation, from the answer's `RateLimit` header. */
export interface RateLimit {
  /** `key`, `organisation`, `key-month` or `organisation-month`. */
  readonly name: string;
  /** Requests that are left; each id of a batch counts as one. */
  readonly remaining: number;
  /** Seconds until the limit is full again; null if the header does not say. */
  readonly resetSeconds: number | null;
}

const STRING = String.raw`"(?:[^"\\]|\\["\\])*"`;
const PARAMETER = String.raw`;[ ]*([a-z*][\w.*-]*)(?:=(${STRING}|[^;,"\s]+))?`;
const ITEM = new RegExp(
  String.raw`[ \t]*(${STRING}|[A-Za-z*][\w!#$%&'*+.^|~:/-]*)((?:${PARAMETER})*)[ \t]*(,(?=.)|$)`,
  "sy",
);

/** Parses a `RateLimit` header, a structured list (RFC 9651). A list that cannot be parsed has no limits. */
export function limitsOf(header: string | null): readonly RateLimit[] {
  const limits: RateLimit[] = [];
  const text = header ?? "";
  const item = new RegExp(ITEM);
  while (item.lastIndex < text.length) {
    const [, name = "", parameters = ""] = item.exec(text) ?? [];
    if (name === "") return [];
    const values = new Map<string, string | undefined>();
    for (const [, key = "", value] of parameters.matchAll(new RegExp(PARAMETER, "g"))) values.set(key, value);
    const remaining = wholeNumber(values.get("r"));
    if (remaining === null) continue;
    const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll(/\\(.)/g, "$1") : name;
    limits.push({ name: plain, remaining, resetSeconds: wholeNumber(values.get("t")) });
  }
  return limits;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
