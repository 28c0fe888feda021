import { type Fault, FeatstoreError } from "./errors";

export function invalidParameter(faults: readonly Fault[]): FeatstoreError {
  const errors = faults.map(({ path, detail }) => ({ path: `query.${path}`, detail }));
  const [first] = errors;
  return new FeatstoreError(
    "invalid_parameter",
    first ? `${first.path}: ${first.detail}.` : "A parameter is invalid.",
    {
      errors,
    },
  );
}

/**
 * Parses a raw query. Errors: `unknown_parameter` for an unknown name, `invalid_parameter` for a parameter that is
 * repeated, empty, or has an invalid percent-encoding.
 */
export function parseQuery<Name extends string>(
  query: string,
  known: readonly Name[],
): { readonly [Key in Name]?: string } {
  const values: { [Key in Name]?: string } = {};
  const unknown: Fault[] = [];
  const invalid: Fault[] = [];
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const rawName = equals === -1 ? pair : pair.slice(0, equals);
    const name = decode(rawName);
    const value = decode(equals === -1 ? "" : pair.slice(equals + 1));
    const key = known.find((candidate) => candidate === name);
    if (key === undefined) {
      unknown.push({ path: `query.${rawName.slice(0, 60)}`, detail: "unknown parameter" });
    } else if (value === undefined) {
      invalid.push({ path: `query.${key}`, detail: "invalid percent-encoding" });
    } else if (value === "") {
      invalid.push({ path: `query.${key}`, detail: "it is empty" });
    } else if (values[key] !== undefined) {
      invalid.push({ path: `query.${key}`, detail: "it occurs twice" });
    } else {
      values[key] = value;
    }
  }
  if (unknown.length > 0) {
    const names = unknown
      .map((fault) => `"${fault.path.slice("query.".length)}"`)
      .slice(0, 5)
      .join(", ");
    throw new FeatstoreError(
      "unknown_parameter",
      `Unknown: ${names}. ${known.length === 0 ? "This operation has no parameters." : `Known: ${known.join(", ")}.`}`,
      { errors: unknown.slice(0, 20) },
    );
  }
  const [first] = invalid;
  if (first !== undefined) {
    throw new FeatstoreError("invalid_parameter", `${first.path}: ${first.detail}.`, { errors: invalid.slice(0, 20) });
  }
  return values;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
