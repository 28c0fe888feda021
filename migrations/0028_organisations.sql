-- Organisations, their members and invitations, the operators of the installation, and the log of what was changed.

-- An organisation owns keys, limits and usage. `tenant`: the value of a source's tenant column that its keys read.
create table featstore.organisations (
  id text primary key check (id ~ '^org_[a-z2-7]{16}$'),
  name text not null check (length(name) between 1 and 200),
  tier text not null,
  tenant text check (tenant <> ''),
  -- Changes to the tier's limits by an operator, by the names of the settings.
  limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object'),
  created_at timestamptz not null default clock_timestamp(),
  -- Set when an owner deleted it: its keys are revoked, its name is gone, and its usage stays.
  deleted_at timestamptz
);

create table featstore.members (
  organisation_id text not null references featstore.organisations,
  user_id text not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default clock_timestamp(),
  primary key (organisation_id, user_id)
);
create index members_user_id on featstore.members (user_id);

create table featstore.invitations (
  id text primary key check (id ~ '^inv_[a-z2-7]{16}$'),
  organisation_id text not null references featstore.organisations,
  email text not null check (length(email) between 3 and 254 and email = lower(email)),
  role text not null check (role in ('owner', 'admin', 'member')),
  invited_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create unique index invitations_email on featstore.invitations (organisation_id, email);
create index invitations_by_email on featstore.invitations (email);

-- By mail address, because the first operator is named before they sign in.
create table featstore.operators (
  email text primary key check (length(email) between 3 and 254 and email = lower(email)),
  created_at timestamptz not null default clock_timestamp()
);

alter table featstore.api_keys
  -- Null: made by an operator, without an organisation and its limits.
  add column organisation_id text references featstore.organisations,
  add column created_by text,
  -- The name of the secret under which `digest` was made; null: the one that was configured without a name.
  add column secret_name text,
  -- The key that this one replaced first of all; all of one line share their limits. Null: this key itself.
  add column first_id text,
  add column expires_at timestamptz,
  add column disabled_at timestamptz,
  -- CIDR blocks; empty: any address.
  add column networks text[] not null default '{}',
  -- Limits below the tier's, by the names of the settings.
  add column limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object'),
  add column last_used_at timestamptz;
create index api_keys_organisation on featstore.api_keys (organisation_id) where organisation_id is not null;

-- Who changed what. Rows are only added; `featstore.forget_actor` and the retention are the exceptions.
create table featstore.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  -- A person's user id, a key's id, or the name of a command.
  actor_kind text not null check (actor_kind in ('person', 'key', 'command', 'server')),
  actor_id text not null,
  -- The client's address; null: none, or forgotten.
  address text,
  organisation_id text,
  -- `key.created`, `member.removed`, `organisation.tier_changed`, …
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  -- The id of what was changed.
  subject text not null,
  before jsonb,
  after jsonb
);
create index audit_log_organisation on featstore.audit_log (organisation_id, id);
create index audit_log_at on featstore.audit_log (at);

create function featstore.refuse_audit_change() returns trigger language plpgsql as $$
begin
  if current_setting('featstore.audit_maintenance', true) = 'on' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception 'rows of featstore.audit_log cannot be changed' using errcode = 'FS002';
end $$;
create trigger audit_log_append_only before update or delete on featstore.audit_log
  for each row execute function featstore.refuse_audit_change();

-- Adds a row; part of the statement that makes the change. `p_actor`: {"kind", "id", "address"}.
create function featstore.record_change(
  p_actor jsonb, p_organisation_id text, p_action text, p_subject text, p_before jsonb, p_after jsonb
) returns void language sql as $$
  insert into featstore.audit_log (actor_kind, actor_id, address, organisation_id, action, subject, before, after)
  values (p_actor->>'kind', p_actor->>'id', p_actor->>'address', p_organisation_id, p_action, p_subject,
    p_before, p_after)
$$;
