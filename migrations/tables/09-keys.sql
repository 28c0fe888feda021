-- API keys. Each function that changes them makes one change, adds its row to the audit log, and notifies the servers. It
-- refuses a change with an exception FS003 whose message is the error code.
create table featstore.api_keys (
  id text primary key check (id ~ '^[a-z2-7]{16}$'),
  name text not null check (length(name) between 1 and 200),
  -- HMAC-SHA256 of the key's secret: the key itself is shown once and stored nowhere.
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (cardinality(scopes) > 0),
  -- Null: bound to no tenant. The empty text is the shared scope of rows and names no tenant.
  tenant text check (tenant <> ''),
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz,
  -- Null: an operator made the key, without an organisation and its limits.
  organisation_id text references featstore.organisations,
  created_by text,
  -- The name of the secret with which `digest` was made; null: the configured secret without a name.
  secret_name text,
  -- The first key in a series of rotations, whose keys share their limits. Null: this key itself.
  first_id text,
  expires_at timestamptz,
  disabled_at timestamptz,
  -- CIDR blocks; empty: any address.
  networks text[] not null default '{}',
  -- Limits below the tier's, by the names of the settings.
  limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object'),
  last_used_at timestamptz,
  -- The key that replaced this one; null: none.
  replaced_by text,
  -- When its owner last got a reminder to rotate it.
  reminded_at timestamptz,
  -- The first 16 hexadecimal digits of an HMAC of a fixed text under the secret, by which a database that is used with another
  -- secret, such as after a restore, is noticed. Null: the key is older than this column and was not used since.
  secret_fingerprint text check (secret_fingerprint ~ '^[0-9a-f]{16}$')
);
create index api_keys_organisation on featstore.api_keys (organisation_id) where organisation_id is not null;
