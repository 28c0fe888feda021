import type { Database } from "../../src/database/database";
import { parseApiKey } from "../../src/keys/api-key-format";

/** The responses that show a new key, once. */
const SHOWS_KEYS = /^POST \/api\/keys(?:\/[^/]+\/rotate)?$/;
const KEY = /fs_[a-z2-7]{16}_[A-Za-z0-9_-]{43}_[0-9a-f]{8}/g;
/** The id of the key in examples, which was never issued. */
const EXAMPLE = "abcdefghijklmnop";
// A session's token and its signature. The token alone is stored; only both together open a session.
const COOKIE = /[A-Za-z0-9]{32}(?:\.|%2E)(?:[A-Za-z0-9+/]|%2[BbFf]){43}(?:=|%3D)/;

// A JSON Web Token.
const TOKEN = /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/;

/** Throws if a response of the API other than that of a new key has a whole API key, session cookie or token in its body. */
export function requireNoSecretIn(body: string, method: string, path: string): void {
  if (SHOWS_KEYS.test(`${method} ${path}`)) return;
  const secret = secretIn(body);
  if (secret !== undefined) throw new Error(`${method} ${path} answered with ${secret}`);
}

/**
 * Throws if a table of ours holds a whole API key, session cookie or token. Every test database is searched before it is
 * dropped, so that the whole suite shows that none is stored. A database that a test closed or broke is not searched.
 */
export async function requireNoSecretStored(database: Pick<Database, "query">): Promise<void> {
  const [found] = await database.query<{ tables: string | null }>({ text: TABLES }).catch(() => []);
  if (found?.tables == null) return;
  // What PostgreSQL finds is looked at more closely: one pattern for all of it would take seconds to compile.
  const rows = await database.query<{ name: string; row: string }>({ text: found.tables });
  for (const { name, row } of rows) {
    const secret = secretIn(row);
    if (secret !== undefined) throw new Error(`table ${name} holds ${secret}`);
  }
}

function secretIn(text: string): string | undefined {
  const keys = [...text.matchAll(KEY)].map(([key]) => parseApiKey(key)?.id);
  if (keys.some((id) => id !== undefined && id !== EXAMPLE)) return "an API key";
  if (TOKEN.test(text)) return "a token of a sign-in provider";
  return COOKIE.test(text) ? "a session cookie" : undefined;
}

/** Selects a query over all tables. */
const TABLES = `
select string_agg(format($$select %L as name, t::text as row from %I.%I as t
    where strpos(t::text, 'fs_') > 0 or strpos(t::text, 'eyJ') > 0 or t::text ~ '[A-Za-z0-9]{32}[.%%]'$$,
  c.relname, n.nspname, c.relname), ' union all ') as tables
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname in ('featstore', 'featstore_auth')`;
