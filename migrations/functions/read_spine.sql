-- Returns the rows of a query as JSON objects in column order. Makes the transaction read-only, which cannot be undone.
-- Called by spine-tables.ts.
create or replace function featstore.read_spine(p_query text) returns setof text language plpgsql as $$
begin
  perform set_config('transaction_read_only', 'on', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true);
  return query execute format(E'select row_to_json(spine)::text from (\n%s\n) as spine', p_query);
end $$;
