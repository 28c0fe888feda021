-- Returns whether the message of a run contains every part of the key as a separate word.
-- Called by erase.
create or replace function featstore.names_key(p_message text, p_parts jsonb) returns boolean language sql immutable as $$
  select not exists (
    select from jsonb_each_text(p_parts) as part
      where p_message !~ ('(^|[^[:alnum:]])' || regexp_replace(part.value, '([^[:alnum:]])', '\\\1', 'g') || '([^[:alnum:]]|$)'))
$$;
