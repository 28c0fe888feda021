import { type Scope, scopeFault } from "../../core/index";

/** Names of the scopes for people. */
const titles: Readonly<Record<Scope, string>> = {
  "features:read": "Read features",
  "embeddings:read": "Read and search embeddings",
  "registry:read": "Read definitions",
  "training:read": "Read training sets",
  "training:write": "Make training sets",
  "datasets:read": "Download datasets",
  "datasets:write": "Build snapshots of datasets",
  "keys:read": "List keys",
  "keys:write": "Make and revoke keys",
  "account:read": "Read the account",
  "usage:read": "Read usage",
};

export function scopeTitle(scope: string): string {
  return titles[scope as Scope] ?? scope;
}

/** True if a scope can be limited to names: `features:read:speech_*`. */
function takesNames(scope: string): boolean {
  return scopeFault(`${scope}:a`) === undefined;
}

/** The scopes of a key: those chosen, limited to the names where they can be. */
export function limitedScopes(scopes: readonly string[], names: readonly string[]): readonly string[] {
  return scopes.flatMap((scope) =>
    names.length > 0 && takesNames(scope) ? names.map((name) => `${scope}:${name}`) : [scope],
  );
}
