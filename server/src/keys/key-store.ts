import { instantText } from "@featstore/definitions/compiler";
import { type Actor, type ErrorCode, FeatstoreError, type LimitChanges } from "../core/index";
import { type Database, DatabaseError, refuseStoreFault } from "../database/index";
import type { KeyOrganisation } from "./key-limits";
import type { StoredKey } from "./stored-key";

/** A key that is about to be stored. */
export interface NewKey {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly secretName: string | null;
  readonly secretFingerprint: string | null;
  readonly scopes: readonly string[];
  readonly organisation: string | null;
  readonly tenant: string | null;
  readonly createdBy: string | null;
  readonly expiresAt: bigint | null;
  readonly networks: readonly string[];
  readonly limits: LimitChanges;
}

/** The key that takes another's place; it inherits the rest. */
export interface Rotation {
  readonly id: string;
  readonly digest: string;
  readonly secretName: string | null;
  readonly secretFingerprint: string | null;
  /** Undefined: when the old key expires. */
  readonly expiresAt: bigint | null | undefined;
  /** How long the old key still works. */
  readonly graceSeconds: number;
}

/** Which keys to list; undefined: any. */
export interface KeyFilter {
  readonly organisation?: string | null;
  readonly createdBy?: string | null;
}

/** A use of a key, so many seconds ago. */
export interface KeyUse {
  readonly id: string;
  readonly age: number;
  /** Of the secret with which it was verified. */
  readonly secretFingerprint?: string | undefined;
}

/**
 * Stores API keys. Every change is one statement, which also writes the audit log and notifies the servers.
 * Errors of changes: `store_unavailable`, `store_timeout`, `overloaded`.
 */
export interface KeyStore {
  find(id: string): Promise<StoredKey | undefined>;
  /** Undefined if there is no such organisation. */
  organisation(id: string): Promise<KeyOrganisation | undefined>;
  /** Lists keys, including revoked ones, newest first. */
  list(filter?: KeyFilter): Promise<readonly StoredKey[]>;
  /** Errors: `organisation_not_found`, `too_many_keys`. */
  create(key: NewKey, actor: Actor): Promise<StoredKey>;
  /** Changes a key that is not revoked; undefined if it does not exist. Errors: `key_not_active`. */
  change(
    id: string,
    change: { readonly name?: string; readonly disabled?: boolean },
    actor: Actor,
  ): Promise<StoredKey | undefined>;
  /**
   * Stores the key that takes another's place, and returns it; undefined if the other does not exist. Errors:
   * `key_already_rotated`, `key_not_active`, `too_many_keys`.
   */
  rotate(id: string, rotation: Rotation, actor: Actor): Promise<StoredKey | undefined>;
  /** Revokes a key, if it is not revoked yet, and returns it; undefined if it does not exist. */
  revoke(id: string, actor: Actor): Promise<StoredKey | undefined>;
  noteUses(uses: readonly KeyUse[]): Promise<void>;
  /** Returns keys older than so many days whose owners have to be reminded, each to one caller only. */
  claimReminders(maxAgeDays: number): Promise<readonly StoredKey[]>;
  /**
   * Calls back with the id of a changed key, or of an organisation whose keys may have changed (`org_…`); with undefined
   * if any key may have changed. Returns the function that stops it.
   */
  watch(onChange: (id: string | undefined) => void): Promise<() => Promise<void>>;
}

/** Keys of an organisation that are neither revoked nor expired. */
export const MAX_KEYS = 100;

const CHANNEL = "featstore_api_keys";
/** The payload for a change that may concern any key. */
const ANY = "*";
const DEADLINE_MS = 5000;
const MAX_LISTED = 10_000;

const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint::text`;
const COLUMNS = `k.id, k.name, k.digest, array_to_json(k.scopes)::text as scopes, k.organisation_id,
  coalesce(o.tenant, k.tenant) as tenant, k.created_by, k.secret_name, k.secret_fingerprint, coalesce(k.first_id, k.id) as line_id,
  k.replaced_by, array_to_json(k.networks)::text as networks, k.limits::text as limits,
  ${micros("k.created_at")} as created_at, ${micros("k.expires_at")} as expires_at,
  ${micros("k.disabled_at")} as disabled_at, ${micros("k.revoked_at")} as revoked_at,
  ${micros("k.last_used_at")} as last_used_at,
  (extract(epoch from k.expires_at - clock_timestamp()) * 1000)::float8 as expires_in_ms,
  o.tier, o.limits::text as organisation_limits, o.deleted_at is not null as is_deleted,
  (select m.role from featstore.members as m
    where m.organisation_id = k.organisation_id and m.user_id = k.created_by) as maker_role`;
const OWNER = "left join featstore.organisations as o on o.id = k.organisation_id";

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly scopes: string;
  readonly organisation_id: string | null;
  readonly tenant: string | null;
  readonly created_by: string | null;
  readonly secret_name: string | null;
  readonly secret_fingerprint: string | null;
  readonly line_id: string;
  readonly replaced_by: string | null;
  readonly networks: string;
  readonly limits: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly disabled_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
  readonly expires_in_ms: number | null;
  readonly tier: string | null;
  readonly organisation_limits: string | null;
  readonly is_deleted: boolean;
  readonly maker_role: StoredKey["makerRole"];
}

interface OrganisationRow {
  readonly tier: string;
  readonly tenant: string | null;
  readonly limits: string;
  readonly is_deleted: boolean;
}

/** Stores API keys in `featstore.api_keys`. */
export function createKeyStore(database: Database): KeyStore {
  const rows = async (
    text: string,
    parameters: readonly (string | null)[] = [],
    options: { readonly isRepeatable?: boolean } = {},
  ): Promise<StoredKey[]> =>
    (await database.query<KeyRow>({ text, parameters }, { deadlineMs: DEADLINE_MS, ...options })).map(storedKey);
  /** Runs a function of migration 0031 or 0046 and returns the key that it returns. */
  const changed = async (call: string, parameters: readonly (string | null)[]): Promise<StoredKey | undefined> => {
    const [key] = await rows(`select ${COLUMNS} from featstore.${call} as k ${OWNER}`, parameters).catch(refuseChange);
    return key;
  };
  return {
    async find(id) {
      const text = `select ${COLUMNS} from featstore.api_keys as k ${OWNER} where k.id = $1::text`;
      const [key] = await rows(text, [id], { isRepeatable: true });
      return key;
    },
    async organisation(id) {
      const [row] = await database.query<OrganisationRow>(
        {
          text: `select tier, tenant, limits::text as limits, deleted_at is not null as is_deleted
            from featstore.organisations where id = $1::text`,
          parameters: [id],
        },
        { deadlineMs: DEADLINE_MS, isRepeatable: true },
      );
      if (row === undefined) return undefined;
      return { id, tier: row.tier, tenant: row.tenant, limits: limitsOf(row.limits), isDeleted: row.is_deleted };
    },
    list: ({ organisation, createdBy } = {}) =>
      rows(
        `select ${COLUMNS} from featstore.api_keys as k ${OWNER}
         where ($1::text is null or k.organisation_id is not distinct from $1::json->>'id')
           and ($2::text is null or k.created_by is not distinct from $2::json->>'id')
         order by k.created_at desc, k.id limit ${MAX_LISTED}`,
        // Null is a value to compare with, so the parameter is a document around it.
        [organisation, createdBy].map((id) => (id === undefined ? null : JSON.stringify({ id }))),
      ).catch(refuseStoreFault),
    async create(key, actor) {
      const document = {
        ...{ id: key.id, name: key.name, digest: key.digest, secret_name: key.secretName },
        ...{ secret_fingerprint: key.secretFingerprint, scopes: key.scopes },
        ...{ organisation_id: key.organisation, tenant: key.tenant, created_by: key.createdBy },
        ...{ expires_at: textOf(key.expiresAt), networks: key.networks, limits: key.limits },
      };
      const created = await changed("create_key($1::text::jsonb, $2::text::jsonb, $3::text::int)", [
        JSON.stringify(document),
        JSON.stringify(actor),
        String(MAX_KEYS),
      ]);
      if (created === undefined) throw new Error("The insert returned no row");
      return created;
    },
    change: (id, change, actor) =>
      changed("change_key($1::text, $2::text::jsonb, $3::text::jsonb)", [
        id,
        JSON.stringify(change),
        JSON.stringify(actor),
      ]),
    rotate(id, { graceSeconds, expiresAt, ...created }, actor) {
      const document = {
        ...{ id: created.id, digest: created.digest, secret_name: created.secretName },
        secret_fingerprint: created.secretFingerprint,
        ...(expiresAt === undefined ? {} : { expires_at: textOf(expiresAt) }),
      };
      return changed("rotate_key($1::text, $2::text::jsonb, $3::text::float8, $4::text::jsonb, $5::text::int)", [
        id,
        JSON.stringify(document),
        String(graceSeconds),
        JSON.stringify(actor),
        String(MAX_KEYS),
      ]);
    },
    revoke: (id, actor) => changed("revoke_key($1::text, $2::text::jsonb)", [id, JSON.stringify(actor)]),
    async noteUses(uses) {
      const noted = uses.map(({ id, age, secretFingerprint }) => ({ id, age, fingerprint: secretFingerprint }));
      await database.query(
        { text: "select featstore.note_key_uses($1::text::jsonb)::text", parameters: [JSON.stringify(noted)] },
        { deadlineMs: DEADLINE_MS },
      );
    },
    claimReminders: (maxAgeDays) =>
      rows(`select ${COLUMNS} from featstore.claim_rotation_reminders($1::text::int) as k ${OWNER}`, [
        String(maxAgeDays),
      ]),
    watch: (onChange) =>
      database.listen(
        CHANNEL,
        (id) => onChange(id === ANY ? undefined : id),
        () => onChange(undefined),
      ),
  };
}

/** The refusals of migration 0031 by their messages, which are codes. */
const refusals: Readonly<Partial<Record<ErrorCode, string>>> = {
  organisation_not_found: "There is no organisation with this id.",
  too_many_keys: `The organisation has ${MAX_KEYS} keys that are neither revoked nor expired: revoke one first.`,
  key_not_active: "The key is revoked, disabled or expired, so it can no longer be changed in this way.",
  key_already_rotated: "Another key has already taken this one's place: rotate that one.",
};

/** The refusal of a request that already made a key: its id is that of the key. */
export function sentAlready(cause?: unknown): FeatstoreError {
  const detail = "this was sent already, and made a key";
  return new FeatstoreError("invalid_form", `once: ${detail}.`, { errors: [{ path: "once", detail }], cause });
}

const UNIQUE_VIOLATION = "23505";

function refuseChange(error: unknown): never {
  if (error instanceof DatabaseError && error.sqlState === UNIQUE_VIOLATION) throw sentAlready(error);
  if (error instanceof DatabaseError && error.sqlState === "FS003") {
    const code = error.message as ErrorCode;
    const detail = refusals[code];
    if (detail !== undefined) throw new FeatstoreError(code, detail, { cause: error });
  }
  return refuseStoreFault(error);
}

function storedKey(row: KeyRow): StoredKey {
  return {
    id: row.id,
    name: row.name,
    digest: row.digest,
    // The query built these two from arrays of texts.
    scopes: JSON.parse(row.scopes) as string[],
    networks: JSON.parse(row.networks) as string[],
    organisation: row.organisation_id,
    tenant: row.tenant,
    createdBy: row.created_by,
    secretName: row.secret_name,
    secretFingerprint: row.secret_fingerprint,
    lineId: row.line_id,
    replacedBy: row.replaced_by,
    createdAt: BigInt(row.created_at),
    expiresAt: instant(row.expires_at),
    disabledAt: instant(row.disabled_at),
    revokedAt: instant(row.revoked_at),
    lastUsedAt: instant(row.last_used_at),
    limits: limitsOf(row.limits),
    isExpired: row.expires_in_ms !== null && row.expires_in_ms <= 0,
    expiresInMs: row.expires_in_ms,
    makerRole: row.maker_role,
    owner:
      row.organisation_id === null
        ? null
        : {
            id: row.organisation_id,
            tier: row.tier ?? "",
            tenant: row.tenant,
            limits: limitsOf(row.organisation_limits ?? "{}"),
            isDeleted: row.is_deleted,
          },
  };
}

function instant(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

function textOf(micros: bigint | null): string | null {
  return micros === null ? null : instantText(micros);
}

/** Parses limits as the database has them; values that are not numbers do not count. */
function limitsOf(text: string): LimitChanges {
  const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(value).filter(([, limit]) => typeof limit === "number"));
}
