-- Returns whether a person with this confirmed mail address may found an organisation or has an invitation.
-- Called by organisation-store.ts.
create or replace function featstore.may_join(p_email text, p_signup text, p_domains text[]) returns boolean language sql stable as $$
  select featstore.may_found(p_email, p_signup, p_domains) or (p_signup <> 'closed' and exists (
    select from featstore.invitations where email = p_email and expires_at > clock_timestamp()))
$$;
