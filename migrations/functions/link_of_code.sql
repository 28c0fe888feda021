-- Returns the link of the mail with this ticket and code. Null: there is none, and the attempt counts as a wrong code.
-- Called by sign-in-mails.ts.
create or replace function featstore.link_of_code(p_ticket text, p_code text, p_max_wrong integer) returns text
language sql as $$
  update featstore.sign_in_mails set wrong_codes = wrong_codes + (code is distinct from p_code)::integer
    where ticket = p_ticket and wrong_codes < p_max_wrong and expires_at > clock_timestamp()
    returning case when code = p_code then link end
$$;
