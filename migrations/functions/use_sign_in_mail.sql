-- Uses up a mail, and with it all mails to its address. Returns the address; null if the mail was used or has expired.
-- Called by sign-in-mails.ts.
create or replace function featstore.use_sign_in_mail(p_link text) returns text language plpgsql as $$
declare
  v_email text;
begin
  select email into v_email from featstore.sign_in_mails where link = p_link and expires_at > clock_timestamp();
  if not found then return null; end if;
  -- Locks in one order, so that two calls do not wait for each other.
  perform from featstore.sign_in_mails where email = v_email order by ticket for update;
  perform from featstore.sign_in_mails where link = p_link;
  if not found then return null; end if;
  delete from featstore.sign_in_mails where email = v_email;
  return v_email;
end $$;
