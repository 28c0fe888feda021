-- Identifies the PostgreSQL server, because transaction numbers have no meaning in another one. Returns '' if the role
-- may not read the identity. It is the default of `generations.cluster`.
-- Called by audit-store.ts, database-identity.ts, source-writes.ts, change_baselines, the default of
-- generations.cluster.
create or replace function featstore.cluster_identity() returns text language plpgsql stable as $$
begin
  return (select system_identifier::text from pg_catalog.pg_control_system());
exception
  when others then return '';
end $$;
