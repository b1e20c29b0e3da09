-- As process_tree, for lake.ocsfversion 1.4.0 and later, which Security Lake does not read. The
-- ancestry goes from the parent upwards.
WITH processes AS (
  SELECT
    time_dt,
    element_at(evidences, 1).process AS process
  FROM falco
  WHERE eventday BETWEEN '20261101' AND '20261130'
), trees AS (
  SELECT
    time_dt,
    process,
    coalesce(
      reverse(transform(process.ancestry, a -> coalesce(a.path, a.name))),
      ARRAY[process.parent_process.name]
    ) || coalesce(process.file.path, process.name) AS tree
  FROM processes
  WHERE process.name IS NOT NULL
)
SELECT
  array_join(tree, ' > ') AS tree,
  count(*) AS findings,
  array_sort(array_agg(DISTINCT process."user".name)
    FILTER (WHERE process."user".name IS NOT NULL)) AS users,
  max_by(process.cmd_line, time_dt) AS last_command,
  max(time_dt) AS last_seen
FROM trees
-- WHERE any_match(tree, p -> p = 'nginx' OR p LIKE '%/nginx')
GROUP BY array_join(tree, ' > ')
ORDER BY findings DESC, 1;
