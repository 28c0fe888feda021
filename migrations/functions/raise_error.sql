-- Raises an error of Featstore: SQLSTATE FS001, the message is a stable code, the detail has its parameters as JSON.
-- The stores turn it into a typed error.
-- Called by apply, begin_backfill, begin_chunks, begin_run, end_chunks, erase and others.
create or replace function featstore.raise_error(code text, parameters jsonb) returns void language plpgsql as $$
begin
  raise exception using errcode = 'FS001', message = code, detail = parameters::text;
end $$;
