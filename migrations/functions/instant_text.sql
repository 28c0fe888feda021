-- Returns a time as text in UTC with microseconds, for SQL texts and error parameters.
-- Called by begin_backfill, begin_chunks, create_generation_view, fill_changed, fill_chunk, keep_history.
create or replace function featstore.instant_text(moment timestamptz) returns text language sql stable as
  $$ select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;
