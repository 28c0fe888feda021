-- Lists the generations that incremental runs can start from: [{"view", "version", "generation", "asOf", "horizon"}].
-- Leaves out generations without a horizon, and those whose transactions are from another PostgreSQL server or too old
-- to compare.
-- Called by change-calls.ts.
create or replace function featstore.change_baselines() returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('view', g.view, 'version', g.version, 'generation', g.generation,
      'asOf', featstore.epoch_microseconds(g.as_of)::text, 'horizon', g.horizon::text)), '[]')
    from featstore.generations as g
    join featstore.feature_views as v on v.name = g.view and v.version = g.version and v.served_generation = g.generation
    where g.cluster = featstore.cluster_identity()
      and g.horizon <= featstore.oldest_transaction()
      -- Transactions are compared modulo 2^32.
      and featstore.oldest_transaction() - g.horizon < 2000000000
$$;
