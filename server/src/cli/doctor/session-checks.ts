import type { Config } from "../../core/index";
import type { Database } from "../../database/index";
import { type CheckResult, failed, ok, warning } from "./check-result";

interface Setting {
  readonly name: string;
  readonly value: string;
  /** `client` if the connection's url sets it. */
  readonly source: string;
}

interface Expected {
  readonly value: string;
  /** By default only `value`. */
  readonly accepts?: (value: string) => boolean;
  readonly breaks: (value: string) => string;
  /** Set if nothing can be written at all. */
  readonly isFatal?: true;
}

const EXCEPT = "; runs, apply and migrations set their own";

const EXPECTED: Readonly<Record<string, Expected>> = {
  default_transaction_read_only: {
    value: "off",
    breaks: () => `writes fail, such as keys, promotions, erasures and training sets${EXCEPT}`,
    isFatal: true,
  },
  default_transaction_isolation: {
    value: "read committed",
    breaks: (value) =>
      `concurrent writes, such as those of two servers, fail with "could not serialize access" under ${value}${EXCEPT}`,
  },
  standard_conforming_strings: {
    value: "on",
    breaks: () => "casts of texts and other patterns with backslashes fail; a pooler discards what Featstore sets",
    isFatal: true,
  },
  extra_float_digits: {
    value: "1",
    accepts: (value) => Number(value) >= 1,
    breaks: () => "numbers lose digits, so nothing is served",
    isFatal: true,
  },
  statement_timeout: {
    value: "0",
    breaks: (value) => `statements are cancelled after ${value}, such as those of training sets and erasures${EXCEPT}`,
  },
  lock_timeout: {
    value: "0",
    breaks: (value) => `statements that wait longer than ${value} for a lock fail${EXCEPT}`,
  },
  idle_in_transaction_session_timeout: {
    value: "0",
    breaks: (value) => `a connection that is idle in a transaction for ${value} is closed${EXCEPT}`,
  },
};

/** Finds settings of the role, database or connection that make Featstore's statements fail, with the SQL that fixes them. */
export async function checkSessionSettings(database: Database): Promise<readonly CheckResult[]> {
  const rows = await database.query<{ name: string; value: string; source: string; role: string; database: string }>({
    text: `select name, current_setting(name) as value, source,
       quote_ident(current_user) as role, quote_ident(current_database()) as database
from pg_catalog.pg_settings where name = any ($1::text[]) order by name`,
    parameters: [`{${Object.keys(EXPECTED).join(",")}}`],
  });
  const results = rows.flatMap(({ role, database: name, ...setting }) => settingResult(setting, { role, name }));
  return results.length === 0 ? [ok("session settings", "no timeouts, read committed, writable")] : results;
}

function settingResult(
  { name, value, source }: Setting,
  { role, name: database }: { readonly role: string; readonly name: string },
): readonly CheckResult[] {
  const expected = EXPECTED[name];
  if (expected === undefined || value === expected.value || expected.accepts?.(value) === true) return [];
  const text = expected.value === "0" ? "0" : `'${expected.value}'`;
  const advice =
    source === "client"
      ? `DATABASE_URL sets it: take ${name} out of its options`
      : `as that role or an administrator: alter role ${role} in database ${database} set ${name} = ${text};`;
  return [(expected.isFatal ? failed : warning)(name, `${value}: ${expected.breaks(value)}`, advice)];
}

/** Checks that the server accepts writes; a standby does not. */
export async function checkPrimary(database: Database): Promise<CheckResult> {
  const [row] = await database.query<{ is_standby: boolean }>({ text: "select pg_is_in_recovery() as is_standby" });
  return row?.is_standby === true
    ? failed(
        "primary",
        "select pg_is_in_recovery() is true: the server is a standby, which only reads, so nothing can be applied, materialized or served from it",
        "point DATABASE_URL at the primary, or promote this server: select pg_promote();",
      )
    : ok("primary", "the server takes writes");
}

/** Checks that there is a secret for API keys. The embedded database generates its own. */
export function checkKeySecret({
  database,
  keySecret,
  keySecrets,
}: Pick<Config, "database" | "keySecret" | "keySecrets">): CheckResult {
  if (keySecrets.length > 0) return ok("key secret", `configured: ${keySecrets.map(({ name }) => name).join(", ")}`);
  if (keySecret !== null || database.kind === "embedded")
    return ok("key secret", keySecret === null ? "generated and stored in the data folder" : "configured");
  return warning(
    "key secret",
    "FEATSTORE_KEY_SECRET is not set: serve and keys do not start without it; other commands do not need it",
    "make one with openssl rand -hex 32, and give the same one to every server",
  );
}
