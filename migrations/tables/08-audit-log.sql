-- Who changed what. Rows are only added; the function `forget_actor` and the retention are the exceptions.
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
  -- The id of the changed object.
  subject text not null,
  before jsonb,
  after jsonb
);
create index audit_log_organisation on featstore.audit_log (organisation_id, id);
create index audit_log_at on featstore.audit_log (at);

-- After the functions:

create trigger audit_log_append_only before update or delete on featstore.audit_log
  for each row execute function featstore.refuse_audit_change();
