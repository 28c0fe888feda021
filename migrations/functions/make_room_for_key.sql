-- Locks the organisation of a new key, so that its keys are counted one at a time, and refuses more than `p_max_keys`
-- (FS003). `p_except`: a key that does not count.
-- Called by create_key, rotate_key.
create or replace function featstore.make_room_for_key(p_organisation_id text, p_except text, p_max_keys integer)
returns void language plpgsql as $$
begin
  if p_organisation_id is null then return; end if;
  perform from featstore.organisations o
    where o.id = p_organisation_id and o.deleted_at is null for no key update;
  if not found then
    raise exception 'organisation_not_found' using errcode = 'FS003';
  end if;
  if p_max_keys <= (select count(*) from featstore.api_keys k
    where k.organisation_id = p_organisation_id and k.id is distinct from p_except
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())) then
    raise exception 'too_many_keys' using errcode = 'FS003';
  end if;
end $$;
