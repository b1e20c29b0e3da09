-- As process_tree, for lake.ocsfversion 1.4.0 and later, which Security Lake does not read. The
-- ancestry goes from the parent upwards.
WITH processes AS (
  SELECT
    time_dt,
    evidences[1].process AS process
  FROM falco
  WHERE eventday BETWEEN '20261101' AND '20261130'
), trees AS (
  SELECT
    time_dt,
    process,
    list_append(
      coalesce(
        list_reverse(list_transform(process.ancestry, lambda a: coalesce(a.path, a.name))),
        [process.parent_process.name]
      ),
      coalesce(process.file.path, process.name)
    ) AS tree
  FROM processes
  WHERE process.name IS NOT NULL
)
SELECT
  array_to_string(tree, ' > ') AS tree,
  count(*) AS findings,
  list_sort(list(DISTINCT process.user.name)
    FILTER (WHERE process.user.name IS NOT NULL)) AS users,
  max_by(process.cmd_line, time_dt) AS last_command,
  max(time_dt) AS last_seen
FROM trees
-- WHERE len(list_filter(tree, lambda p: p = 'nginx' OR p LIKE '%/nginx')) > 0
GROUP BY array_to_string(trees.tree, ' > ')
ORDER BY findings DESC, 1;
