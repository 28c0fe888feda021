/** The permissions of a key. */
export const SCOPES = ["features:read", "embeddings:read", "registry:read", "training:read", "training:write"] as const;
/** The default scopes of a key: all that read. */
export const READ_SCOPES: readonly Scope[] = SCOPES.filter((scope) => scope.endsWith(":read"));
export type Scope = (typeof SCOPES)[number];
