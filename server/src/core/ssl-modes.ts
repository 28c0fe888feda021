/** The values of `sslmode` in a PostgreSQL url, as in libpq. */
export const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;

export type SslMode = (typeof SSL_MODES)[number];

/** Returns the fault of `sslmode` and `sslrootcert` in a valid url; undefined if there is none. */
export function sslModeFault(url: string): string | undefined {
  const { searchParams } = new URL(url);
  const mode = searchParams.get("sslmode");
  if (mode === null)
    return searchParams.has("sslrootcert") ? "sslrootcert needs sslmode=verify-ca or verify-full" : undefined;
  return (SSL_MODES as readonly string[]).includes(mode) ? undefined : `expected sslmode=${SSL_MODES.join(", ")}`;
}
