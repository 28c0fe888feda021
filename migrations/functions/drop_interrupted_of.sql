-- Abandons the interrupted runs of a view version, whose tables hold keys of its entities.
-- Called by erase_from_view, remove_view, rename_view.
create or replace function featstore.drop_interrupted_of(p_view text, p_version integer, p_code text) returns void language sql as $$
  select featstore.drop_interrupted(run_id, p_code) from featstore.runs
    where view = p_view and version = p_version and state = 'interrupted'
$$;
