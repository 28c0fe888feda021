-- Removes a version from the promotions of its name. The version goes away and was never readable.
-- Called by remove_service, remove_view.
create or replace function featstore.forget_promotion(p_kind text, p_name text, p_version integer) returns void language plpgsql as $$
declare
  newest integer;
begin
  execute format('select max(version) from featstore.%I where name = $1 and version <> $2', p_kind || 's') into newest using p_name, p_version;
  if newest is null then
    execute format('delete from featstore.%I where name = $1', p_kind || '_promotions') using p_name;
  else
    execute format($update$
      update featstore.%I as p set
          version = case when p.version = $2 then coalesce(nullif(p.next_version, $2), $3) else p.version end,
          next_version = case when p.version <> $2 then nullif(p.next_version, $2) end,
          earlier = array_remove(p.earlier, $2)
        where p.name = $1$update$, p_kind || '_promotions') using p_name, p_version, newest;
  end if;
end $$;
