-- Adds an entry to the history of the registry.
-- Called by apply, erase, note_removal, promote, promote_served, publish and others.
create or replace function featstore.note(p_revision bigint, p_kind text, p_actor text, p_message text, p_changes jsonb)
returns void language sql as $$
  insert into featstore.history (revision, kind, actor, message, changes) values (p_revision, p_kind, p_actor, p_message, p_changes)
$$;
