import type { Database } from "../database/index";

/** A stored API key, without its secret. Instants are microseconds since 1970 UTC. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  /** HMAC-SHA256 of the key's secret, 64 hexadecimal digits. */
  readonly digest: string;
  readonly scopes: readonly string[];
  /** Null if it is not bound to a tenant. */
  readonly tenant: string | null;
  readonly createdAt: bigint;
  readonly revokedAt: bigint | null;
}

export interface NewKey {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly scopes: readonly string[];
  readonly tenant: string | null;
}

/** Stores API keys. */
export interface KeyStore {
  find(id: string): Promise<StoredKey | undefined>;
  create(key: NewKey): Promise<StoredKey>;
  /** Lists all keys, including revoked ones, newest first. */
  list(): Promise<readonly StoredKey[]>;
  /** Revokes a key, if it is not revoked yet, and returns it; undefined if it does not exist. */
  revoke(id: string): Promise<StoredKey | undefined>;
  /** Calls back with the id of a changed key, or undefined if any key may have changed. Returns the function that stops it. */
  watch(onChange: (id: string | undefined) => void): Promise<() => Promise<void>>;
}

const CHANNEL = "featstore_api_keys";
const DEADLINE_MS = 5000;

const COLUMNS = `id, name, digest, array_to_json(scopes)::text as scopes, tenant,
  (extract(epoch from created_at) * 1000000)::bigint::text as created_at,
  (extract(epoch from revoked_at) * 1000000)::bigint::text as revoked_at`;

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly scopes: string;
  readonly tenant: string | null;
  readonly created_at: string;
  readonly revoked_at: string | null;
}

/** Stores API keys in `featstore.api_keys`; every change sends a notification. */
export function createKeyStore(database: Database): KeyStore {
  const rows = async (text: string, parameters: readonly (string | null)[] = []): Promise<StoredKey[]> =>
    (await database.query<KeyRow>({ text, parameters }, { deadlineMs: DEADLINE_MS })).map(storedKey);
  return {
    async find(id) {
      const [key] = await rows(`select ${COLUMNS} from featstore.api_keys where id = $1::text`, [id]);
      return key;
    },
    async create(key) {
      const [created] = await rows(
        `insert into featstore.api_keys (id, name, digest, scopes, tenant)
         values ($1::text, $2::text, $3::text, array(select json_array_elements_text($4::text::json)), $5::text)
         returning ${COLUMNS}`,
        [key.id, key.name, key.digest, JSON.stringify(key.scopes), key.tenant],
      );
      if (created === undefined) throw new Error("The insert returned no row");
      return created;
    },
    list: () => rows(`select ${COLUMNS} from featstore.api_keys order by featstore.api_keys.created_at desc, id`),
    async revoke(id) {
      const [key] = await rows(
        `with revoked as (
           update featstore.api_keys set revoked_at = coalesce(revoked_at, clock_timestamp()) where id = $1::text returning *
         )
         select ${COLUMNS}, pg_notify('${CHANNEL}', id) from revoked`,
        [id],
      );
      return key;
    },
    watch: (onChange) =>
      database.listen(
        CHANNEL,
        (id) => onChange(id),
        () => onChange(undefined),
      ),
  };
}

function storedKey(row: KeyRow): StoredKey {
  // The query built it from a text array.
  const scopes = JSON.parse(row.scopes) as string[];
  return {
    id: row.id,
    name: row.name,
    digest: row.digest,
    scopes,
    tenant: row.tenant,
    createdAt: BigInt(row.created_at),
    revokedAt: row.revoked_at === null ? null : BigInt(row.revoked_at),
  };
}
