-- Returns whether the transaction that wrote a row ended after a generation began: its number is at or above the
-- horizon, and the snapshot, if there is one, does not see it. `xmin` has 32 bits, so several transactions fit; the
-- newest of them is assumed.
-- Called by written-before.ts.
create or replace function featstore.came_after(p_xmin xid, p_horizon bigint, p_snapshot pg_snapshot) returns boolean language sql stable as $$
  select written.by >= p_horizon and (p_snapshot is null or not pg_visible_in_snapshot(written.by::text::xid8, p_snapshot))
    from (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next, p_xmin::text::bigint as bits) as known
    cross join lateral (
      select case
        when bits < 3 then 0 -- frozen long ago
        when next - next % 4294967296 + bits < next then next - next % 4294967296 + bits
        else greatest(0, next - next % 4294967296 + bits - 4294967296) end as by
    ) as written
$$;
