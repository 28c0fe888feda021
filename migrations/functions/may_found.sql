-- Returns whether a person with this confirmed mail address, who is in no organisation, may found one.
-- Called by organisation-store.ts, may_join, sign_up.
create or replace function featstore.may_found(p_email text, p_signup text, p_domains text[]) returns boolean language sql stable as $$
  select p_signup = 'open'
    or (p_signup = 'domains' and split_part(p_email, '@', 2) = any (p_domains))
    or exists (select from featstore.operators where email = p_email)
$$;
