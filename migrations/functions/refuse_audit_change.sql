-- Trigger on `audit_log`: refuses to change or delete rows (FS002), unless the transaction has set
-- `featstore.audit_maintenance`.
-- Called by the trigger audit_log_append_only on audit_log.
create or replace function featstore.refuse_audit_change() returns trigger language plpgsql as $$
begin
  if current_setting('featstore.audit_maintenance', true) = 'on' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception 'rows of featstore.audit_log cannot be changed' using errcode = 'FS002';
end $$;
