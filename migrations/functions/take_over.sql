-- Makes a version the promoted one, and ends the waiting of another. The version before is kept for a rollback if it
-- could be read.
-- Called by promote, promote_served.
create or replace function featstore.take_over(p_kind text, p_name text, p_version integer) returns void language plpgsql as $$
begin
  execute format($update$
    update featstore.%I as p set
        earlier = case when featstore.is_served($1, p.name, p.version) then p.earlier || p.version else p.earlier end,
        version = $3,
        next_version = null
      where p.name = $2$update$, p_kind || '_promotions')
    using p_kind, p_name, p_version;
end $$;
