-- Returns the failure of a build whose process has died.
-- Called by build-store.ts, begin_dataset_build.
create or replace function featstore.interrupted_dataset_build() returns jsonb language sql immutable as $$
  select jsonb_build_object('code', 'dataset_build_interrupted', 'detail', 'The process that built it has ended: build it again.')
$$;
