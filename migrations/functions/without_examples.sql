-- Returns a document of a run without the examples that are the erased key. Examples are in lists, either as such or in
-- the member `key`.
-- Called by erase.
create or replace function featstore.without_examples(p_document jsonb, p_parts jsonb, p_tenant text) returns jsonb language plpgsql immutable as $$
begin
  case jsonb_typeof(p_document)
    when 'array' then
      return (
        select coalesce(jsonb_agg(featstore.without_examples(item, p_parts, p_tenant) order by position), '[]')
          from jsonb_array_elements(p_document) with ordinality as listed (item, position)
          where not coalesce(featstore.is_erased_example(
            case when jsonb_typeof(item -> 'key') = 'object' then item -> 'key' else item end, p_parts, p_tenant), false));
    when 'object' then
      return (
        select coalesce(jsonb_object_agg(member.key, featstore.without_examples(member.value, p_parts, p_tenant)), '{}')
          from jsonb_each(p_document) as member);
    else
      return p_document;
  end case;
end $$;
