import type { Database } from "../database/index";
import type { KeyStore, StoredKey } from "./key-store";

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
export function createPostgresKeyStore(database: Database): KeyStore {
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
