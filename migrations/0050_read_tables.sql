-- The Iceberg tables that a run of another engine read: [{"table": "lake.music.plays", "snapshot": "3388870568065694692"}]. "snapshot" is
-- null for a table that never had one. Null: the sources are no Iceberg tables.
alter table featstore.generations add column read_tables jsonb;
