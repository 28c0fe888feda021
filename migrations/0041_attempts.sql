-- Counts of attempts that all servers share, and the mails that people sign in with.

-- Attempts within a window, such as failed keys of an address. `name` holds a hash instead of the address.
-- Unlogged, because a count that is lost in a crash admits a few attempts more.
create unlogged table featstore.attempts (
  name text primary key,
  total bigint not null,
  ends_at timestamptz not null
);
create index attempts_ends_at on featstore.attempts (ends_at);

-- Adds attempts to a window, which begins with its first one. Removes a few windows that have ended, so that the table
-- stays as small as the number of windows.
create function featstore.count_attempts(p_name text, p_added bigint, p_seconds double precision)
returns table (total bigint, ends_in_ms double precision) language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  delete from featstore.attempts where name in (
    select a.name from featstore.attempts a where a.ends_at < v_now and a.name <> p_name
      order by a.ends_at limit 2 for update skip locked);
  return query
    insert into featstore.attempts as old (name, total, ends_at)
      values (p_name, p_added, v_now + make_interval(secs => p_seconds))
    on conflict (name) do update set
      total = case when old.ends_at <= v_now then excluded.total else old.total + excluded.total end,
      ends_at = case when old.ends_at <= v_now then excluded.ends_at else old.ends_at end
    returning old.total, 1000 * extract(epoch from old.ends_at - v_now)::double precision;
end $$;

-- Mails with a link and a code. Link, code and ticket are hashed. The browser that asked for the mail holds the ticket,
-- and only it can enter the code: wrong codes of others do not count.
create table featstore.sign_in_mails (
  ticket text primary key,
  email text not null,
  link text not null unique,
  -- Null: the mail has only a link.
  code text,
  wrong_codes integer not null default 0,
  sent_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index sign_in_mails_email on featstore.sign_in_mails (email);

-- Adds a mail. Returns whether it has a code: not after `p_max_failed` mails of a day whose codes were guessed wrongly
-- `p_max_wrong` times.
create function featstore.add_sign_in_mail(p_mail jsonb, p_seconds double precision, p_max_wrong integer,
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

-- Returns the link of the mail with this ticket and code; null if there is none, which counts as a wrong code.
create function featstore.link_of_code(p_ticket text, p_code text, p_max_wrong integer) returns text
language sql as $$
  update featstore.sign_in_mails set wrong_codes = wrong_codes + (code is distinct from p_code)::integer
    where ticket = p_ticket and wrong_codes < p_max_wrong and expires_at > clock_timestamp()
    returning case when code = p_code then link end
$$;

-- Uses a mail up, and with it all mails to its address. Returns the address; null if the mail was used or has expired.
create function featstore.use_sign_in_mail(p_link text) returns text language plpgsql as $$
declare
  v_email text;
begin
  select email into v_email from featstore.sign_in_mails where link = p_link and expires_at > clock_timestamp();
  if not found then return null; end if;
  -- In one order, so that two of them do not wait for each other.
  perform from featstore.sign_in_mails where email = v_email order by ticket for update;
  perform from featstore.sign_in_mails where link = p_link;
  if not found then return null; end if;
  delete from featstore.sign_in_mails where email = v_email;
  return v_email;
end $$;

-- Deletes a person with everything about them, and the organisations that have no other member. Repeating it changes
-- nothing. Returns `deleted` or `last_owner`.
create or replace function featstore.delete_account(p_actor jsonb, p_user_id text) returns text language plpgsql as $$
declare
  v_email text;
  v_actor jsonb := p_actor || '{"address": null}';
  v_own record;
begin
  select email into v_email from featstore_auth."user" where id = p_user_id for update;
  if not found then return 'deleted'; end if;
  perform from featstore.organisations
    where id in (select organisation_id from featstore.members where user_id = p_user_id)
    order by id for no key update;
  perform from featstore.members own
    where own.user_id = p_user_id and own.role = 'owner'
      and exists (select from featstore.members o where o.organisation_id = own.organisation_id and o.user_id <> p_user_id)
      and not exists (select from featstore.members o
        where o.organisation_id = own.organisation_id and o.user_id <> p_user_id and o.role = 'owner');
  if found then return 'last_owner'; end if;
  for v_own in select organisation_id, role from featstore.members where user_id = p_user_id loop
    if exists (select from featstore.members
        where organisation_id = v_own.organisation_id and user_id <> p_user_id) then
      delete from featstore.members where organisation_id = v_own.organisation_id and user_id = p_user_id;
      perform featstore.record_change(v_actor, v_own.organisation_id, 'member.removed', p_user_id,
        jsonb_build_object('role', v_own.role), null);
    else
      perform featstore.close_organisation(v_actor, v_own.organisation_id);
    end if;
  end loop;
  delete from featstore.invitations where email = v_email;
  delete from featstore.operators where email = v_email;
  -- Links and codes that were not used name the address.
  delete from featstore.sign_in_mails where email = v_email;
  delete from featstore_auth.verification where position(v_email in identifier) > 0 or position(v_email in value) > 0;
  delete from featstore_auth."user" where id = p_user_id;
  perform featstore.record_change(v_actor, null, 'account.deleted', p_user_id, null, null);
  perform featstore.forget_actor(p_user_id, null);
  return 'deleted';
end $$;
