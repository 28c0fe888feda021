import type { Database } from "../../src/database/database";

/** Where a secret was found. The secret itself is not repeated. */
export interface FoundSecret {
  /** The name of the secret. */
  readonly secret: string;
  /** `table featstore.audit_log`, or the name of the text. */
  readonly place: string;
}

export interface SecretSearch {
  /** Issued secrets by name: the whole key, its secret part, the whole session cookie, a mailed link's token. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly database: Pick<Database, "query">;
  /** Texts by name: the log, the metrics, responses, pages. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Shorter texts occur by chance. */
const MIN_LENGTH = 12;

/**
 * Searches every table of the database and the texts for secrets that must not be stored or shown: as they are,
 * percent-encoded, in base64 and as JSON text.
 *
 * @example expect(await findSecrets({ secrets: { key }, database, texts: { log } })).toEqual([]);
 */
export async function findSecrets({ secrets, database, texts }: SecretSearch): Promise<readonly FoundSecret[]> {
  const forms = Object.entries(secrets).map(([name, secret]) => {
    if (secret.length < MIN_LENGTH) throw new Error(`the secret "${name}" is too short to be searched for`);
    return { name, forms: formsOf(secret) };
  });
  const found: FoundSecret[] = [];
  const look = (place: string, text: string): void => {
    for (const { name, forms: each } of forms)
      if (each.some((form) => text.includes(form))) found.push({ secret: name, place });
  };
  for (const table of await tablesOf(database)) {
    const rows = await database.query<{ row: string }>({ text: `select t::text as row from ${table} as t` });
    // A row's text doubles quotes and backslashes of its columns.
    look(`table ${table}`, rows.map(({ row }) => row.replaceAll('""', '"').replaceAll("\\\\", "\\")).join("\n"));
  }
  for (const [name, text] of Object.entries(texts)) look(name, text);
  return found;
}

function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  // The last character of base64 depends on what follows.
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64.slice(0, -1)];
}

/** Lists all tables and materialized views except PostgreSQL's own, quoted. */
async function tablesOf(database: Pick<Database, "query">): Promise<readonly string[]> {
  const rows = await database.query<{ name: string }>({
    text: `select format('%I.%I', n.nspname, c.relname) as name
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'm', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_' order by 1`,
  });
  return rows.map(({ name }) => name);
}
