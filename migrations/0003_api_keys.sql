create table featstore.api_keys (
  id text primary key check (id ~ '^[a-z2-7]{16}$'),
  name text not null check (length(name) between 1 and 200),
  -- HMAC-SHA256 of the key's secret: the key itself is shown once and stored nowhere.
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (cardinality(scopes) > 0),
  -- Null: bound to no tenant. The empty text is the shared scope of rows and names no tenant.
  tenant text check (tenant <> ''),
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz
);
