import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import { FeatstoreError, type SslMode } from "../core/index";

/** A url without its TLS parameters, and what they mean for the client library. */
export interface PostgresTls {
  readonly url: string;
  /** `prefer` and `require` check no certificate; `prefer` does without TLS if the server has none. */
  readonly ssl: false | "prefer" | "require" | ConnectionOptions;
}

/**
 * Reads `sslmode` and `sslrootcert` with libpq's meanings; the library takes any other value of `sslmode` than its own as
 * `verify-full`, and sends `sslrootcert` to the server. Without `sslmode` there is no TLS. `allow` is like `prefer`: the
 * library does not repeat a rejected connection. Errors: `config_invalid` if the file cannot be read.
 *
 * @example postgresTls("postgres://db.example.com/music?sslmode=verify-full&sslrootcert=/etc/ssl/root.crt");
 */
export function postgresTls(text: string): PostgresTls {
  if (!URL.canParse(text)) return { url: text, ssl: false };
  const url = new URL(text);
  const mode = url.searchParams.get("sslmode") as SslMode | null; // checked with the settings
  const root = url.searchParams.get("sslrootcert");
  if (mode === null && root === null) return { url: text, ssl: false };
  url.searchParams.delete("sslmode");
  url.searchParams.delete("sslrootcert");
  return { url: url.href, ssl: sslOf(mode ?? "verify-full", root, url.hostname.replaceAll(/[[\]]/g, "")) };
}

function sslOf(mode: SslMode, root: string | null, host: string): PostgresTls["ssl"] {
  switch (mode) {
    case "disable":
      return false;
    case "allow":
    case "prefer":
      return "prefer";
    case "require":
      // With an authority, libpq checks it.
      return root === null ? mode : sslOf("verify-ca", root, host);
    case "verify-ca":
      return { ...authorities(root), rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case "verify-full":
      return {
        ...authorities(root),
        rejectUnauthorized: true,
        // The library passes no name for an address.
        checkServerIdentity: (name, certificate) => checkServerIdentity(isIP(host) === 0 ? name : host, certificate),
      };
    default:
      return mode satisfies never;
  }
}

/** `system` is libpq's name for the usual authorities, which are Node's, with those of NODE_EXTRA_CA_CERTS. */
function authorities(root: string | null): { readonly ca?: string } {
  if (root === null || root === "system") return {};
  try {
    return { ca: readFileSync(root, "utf8") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new FeatstoreError("config_invalid", `DATABASE_URL: sslrootcert=${root} cannot be read (${code}).`);
  }
}
