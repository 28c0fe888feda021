-- Converts a time to microseconds since 1970 UTC, the form in which stores read all times.
-- Called by acceptance-store.ts, audit-log-store.ts, audit-store.ts, build-store.ts, dataset-store.ts,
-- definition-store.ts and others.
create or replace function featstore.epoch_microseconds(moment timestamptz) returns bigint language sql immutable as
  'select (extract(epoch from moment) * 1000000)::bigint';
