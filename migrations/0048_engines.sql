-- What a full run read, if another engine than PostgreSQL computed its rows.

-- The engine that computed the rows: its name in the settings.
alter table featstore.generations add column engine text not null default 'postgres';
-- The files of the sources when the run began: {"count", "bytes", "digest", "files"}. "files" has [path, bytes, time of the last
-- change] of the first thousand, in the order of the paths. Null: the sources are no files.
alter table featstore.generations add column read_files jsonb;
