-- Returns the references of a service, and those that lead to views of other entities. Uses the current names of
-- renamed views, as long as their former names are valid.
-- Called by remove_service, retiring_views, service_is_served, services_reading.
create or replace function featstore.references_read(p_definition jsonb) returns setof jsonb language sql volatile as $$
  select item || jsonb_build_object('view', coalesce(n.new_name, item ->> 'view'))
    from (
      select item from jsonb_array_elements(p_definition -> 'features') as reference (item)
      union all
      select item -> 'through' from jsonb_array_elements(p_definition -> 'features') as reference (item) where item ? 'through'
    ) as named
    left join featstore.renamed_views as n on n.old_name = item ->> 'view' and featstore.name_state(n) <> 'retired'
$$;
