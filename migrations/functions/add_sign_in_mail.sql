-- Stores a mail that signs a person in. Returns whether the mail has a code: false after `p_max_failed` mails within a
-- day whose codes were guessed wrongly `p_max_wrong` times.
-- Called by sign-in-mails.ts.
create or replace function featstore.add_sign_in_mail(p_mail jsonb, p_seconds double precision, p_max_wrong integer,
  p_max_failed integer) returns boolean language plpgsql as $$
declare
  v_failed bigint;
begin
  delete from featstore.sign_in_mails
    where expires_at < clock_timestamp() and (wrong_codes < p_max_wrong or sent_at < clock_timestamp() - interval '1 day');
  select count(*) into v_failed from featstore.sign_in_mails
    where email = p_mail->>'email' and wrong_codes >= p_max_wrong;
  insert into featstore.sign_in_mails (ticket, email, link, code, expires_at)
    values (p_mail->>'ticket', p_mail->>'email', p_mail->>'link',
      case when v_failed < p_max_failed then p_mail->>'code' end,
      clock_timestamp() + make_interval(secs => p_seconds));
  return v_failed < p_max_failed;
end $$;
