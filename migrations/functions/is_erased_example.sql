-- Returns whether `p_example`, a key as an object of tenant and parts, is the erased key.
-- Called by without_examples.
create or replace function featstore.is_erased_example(p_example jsonb, p_parts jsonb, p_tenant text) returns boolean language sql immutable as $$
  select jsonb_typeof(p_example) = 'object'
    and coalesce(p_example ->> '_tenant' = p_tenant, true)
    and not exists (select from jsonb_each_text(p_parts) as part where p_example ->> part.key is distinct from part.value)
$$;
