/** The operations that a key can be allowed. */
export const SCOPES = [
  "features:read",
  "embeddings:read",
  "registry:read",
  "training:read",
  "training:write",
  "datasets:read",
  "datasets:write",
  "keys:read",
  "keys:write",
  "account:read",
  "usage:read",
] as const;
export type Scope = (typeof SCOPES)[number];

/** The default scopes of a key: all that read data. */
export const READ_SCOPES: readonly Scope[] = [
  "features:read",
  "embeddings:read",
  "registry:read",
  "training:read",
  "datasets:read",
];

/** Scopes that only the operator's commands give to keys, because what they change belongs to nobody's organisation. */
const OPERATOR_SCOPES: readonly Scope[] = ["datasets:write"];

/** Scopes that can be limited to names: `features:read:speech_*`. */
const NAMED: ReadonlySet<Scope> = new Set<Scope>([
  "features:read",
  "embeddings:read",
  "registry:read",
  "training:write",
  "datasets:read",
  "datasets:write",
]);

const NAME_PATTERN = /^(?:\*|[a-z][a-z0-9_]{0,39}\*?)$/;

/** The texts of scopes for which `scopeFault` finds nothing wrong. */
export const SCOPE_PATTERN = new RegExp(
  `^(?:${SCOPES.join("|")}|(?:${[...NAMED].join("|")}):${NAME_PATTERN.source.slice(1, -1)})$`,
);

/** The permissions of a key: operations, and the names of views and datasets that each may touch. */
export interface Grants {
  /** The scopes as texts, sorted. */
  readonly texts: readonly string[];
  has(scope: Scope): boolean;
  /** True if `scope` is granted for every name. */
  hasAll(scope: Scope): boolean;
  /** True if `scope` is granted for the view or dataset of this name. */
  allows(scope: Scope, name: string): boolean;
  /** True if the organisation's tier allows the view or dataset of this name. */
  inResources(name: string): boolean;
  /** Patterns of the names for which `scope` is granted; none if it is not granted. */
  patterns(scope: Scope): readonly string[];
}

/**
 * Returns what is wrong with the text of a scope; undefined if nothing is.
 *
 * @example scopeFault("features:read:speech_*") // undefined
 */
export function scopeFault(text: string): string | undefined {
  const { scope, pattern } = splitScope(text);
  if (scope === undefined) return `unknown scope "${text.slice(0, 80)}"; expected one of ${SCOPES.join(", ")}`;
  if (pattern === undefined) return undefined;
  if (!NAMED.has(scope)) return `"${scope}" cannot be limited to names; names can follow ${[...NAMED].join(", ")}`;
  return namePatternFault(pattern);
}

/** Returns what is wrong with a pattern of names, such as `speech_*`; undefined if nothing is. */
export function namePatternFault(pattern: string): string | undefined {
  return NAME_PATTERN.test(pattern)
    ? undefined
    : `"${pattern.slice(0, 80)}" is not a name or a beginning with "*", such as speech_sentiment, speech_* or *`;
}

/**
 * Parses scopes. `resources` are the patterns of names that the tier allows; scopes without names are not affected.
 * Unknown scopes, which a newer version may have stored, grant nothing.
 *
 * @example createGrants(["features:read:speech_*"], ["*"]).allows("features:read", "speech_sentiment") // true
 */
export function createGrants(texts: readonly string[], resources: readonly string[] = ["*"]): Grants {
  const patterns = new Map<Scope, string[]>();
  for (const text of texts) {
    const { scope, pattern = "*" } = splitScope(text);
    if (scope !== undefined) patterns.set(scope, [...(patterns.get(scope) ?? []), pattern]);
  }
  const inResources = (name: string) => resources.some((pattern) => matches(pattern, name));
  // Asked for at every read.
  const whole = new Set(
    [...patterns].flatMap(([scope, own]) =>
      own.includes("*") && (!NAMED.has(scope) || resources.includes("*")) ? [scope] : [],
    ),
  );
  return {
    texts: [...texts].sort(),
    has: (scope) => patterns.has(scope),
    hasAll: (scope) => whole.has(scope),
    allows: (scope, name) =>
      patterns.get(scope)?.some((pattern) => matches(pattern, name)) === true &&
      (!NAMED.has(scope) || inResources(name)),
    inResources,
    patterns: (scope) => {
      const own = patterns.get(scope) ?? [];
      return NAMED.has(scope) ? common(own, resources) : own;
    },
  };
}

/** Returns whether the text of a scope is one that only the operator's commands give to keys. */
export function isOperatorScope(text: string): boolean {
  const { scope } = splitScope(text);
  return scope !== undefined && OPERATOR_SCOPES.includes(scope);
}

/**
 * Returns the scopes of `requested` that `own` does not cover, so that a key cannot create another that may do more.
 *
 * @example beyond(["features:read"], ["features:read:speech_*"]) // ["features:read"]
 */
export function beyond(requested: readonly string[], own: readonly string[]): readonly string[] {
  return requested.filter((text) => {
    const wanted = splitScope(text);
    return !own.some((ownText) => {
      const held = splitScope(ownText);
      return held.scope === wanted.scope && covers(held.pattern ?? "*", wanted.pattern ?? "*");
    });
  });
}

/** Returns patterns of the names that match a pattern of either list. */
function common(left: readonly string[], right: readonly string[]): readonly string[] {
  const both = left.flatMap((own) =>
    right.flatMap((other) => (covers(own, other) ? [other] : covers(other, own) ? [own] : [])),
  );
  return [...new Set(both)];
}

function covers(pattern: string, other: string): boolean {
  if (!pattern.endsWith("*")) return pattern === other;
  return other.replace(/\*$/, "").startsWith(pattern.slice(0, -1));
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function splitScope(text: string): { readonly scope: Scope | undefined; readonly pattern: string | undefined } {
  const [area = "", verb = "", ...rest] = text.split(":");
  const operation = `${area}:${verb}`;
  return {
    scope: SCOPES.find((known) => known === operation),
    pattern: rest.length === 0 ? undefined : rest.join(":"),
  };
}
