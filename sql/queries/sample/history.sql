-- What the sample has of a history, once its rows are in (sample/load.py).

-- name: spica
-- How each run that was validated came to it: reduced a week after it was observed, validated in a month.
INSERT INTO gw.history (changed_at, asker, changed_by, door, table_name, row_key, spicadb_id, tpl_start, column_name, old_value, new_value, row_version)
SELECT run.tpl_start + step.later, 'sample', 'sample', 'sample', 'spica.followup', to_jsonb(run.tpl_start) #>> '{}', run.spicadb_id, run.tpl_start,
    'run_status', to_jsonb(step.before), to_jsonb(step.after), 1
FROM public.spica_followup AS run, (VALUES
    (interval '7 days', 'observed', 'reduced'), (interval '30 days', 'reduced', 'validated')
) AS step (later, before, after)
WHERE run.run_status = 'validated' ORDER BY run.tpl_start, step.later;
