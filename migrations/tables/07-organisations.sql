-- Organisations, their members and invitations, and the operators of the installation.
--
-- Each function that changes them makes one change with its row in the audit log. It locks the organisation first and reads
-- in later statements, so that two changes at the same time see each other; the isolation must be `read committed`. It
-- returns its outcome as a word. The server checks names.
-- Locks are taken in this order: the person, organisations by id, everything else.

-- An organisation owns keys, limits and usage. `tenant`: the value of a source's tenant column that its keys read.
create table featstore.organisations (
  id text primary key check (id ~ '^org_[a-z2-7]{16}$'),
  name text not null check (length(name) between 1 and 200),
  tier text not null,
  tenant text check (tenant <> ''),
  -- Changes that an operator made to the limits of the tier, by the names of the settings.
  limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object'),
  created_at timestamptz not null default clock_timestamp(),
  -- Set when an owner deletes it: its keys are revoked, its name is removed, and its usage stays.
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

create table featstore.people (
  user_id text primary key references featstore_auth."user" on delete cascade,
  -- The organisation in which the person works at the moment; null: none.
  organisation_id text references featstore.organisations
);

-- After the functions:

create trigger members_keys after update of role or delete on featstore.members
  for each row execute function featstore.notify_members_keys();
