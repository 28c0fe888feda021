-- How far an engine has come with the rows of a run.

-- Stages and tasks that the engine has started so far, and how many of them are done: {"stages", "stagesDone", "tasks", "tasksDone"}.
-- Of interest while the run is running. Null: the engine reports none.
alter table featstore.runs add column progress jsonb;
