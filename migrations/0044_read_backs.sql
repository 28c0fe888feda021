-- The last comparison of rows read back with the table, for each view version.
create table featstore.read_backs (
  view text not null,
  version integer not null,
  generation integer not null,
  -- True if they were read as servers read them, through the online store; false if only by PostgreSQL's statements.
  through_store boolean not null,
  -- A difference stays until a comparison that covers the same path finds none.
  differs boolean not null,
  primary key (view, version),
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade on delete cascade
);

insert into featstore.read_backs (view, version, generation, through_store, differs)
  select distinct on (view, version) view, version, generation, false,
      coalesce(warnings, '[]') @> '[{"code": "served_values_differ"}]'
    from featstore.runs where state = 'published' order by view, version, run_id desc;
