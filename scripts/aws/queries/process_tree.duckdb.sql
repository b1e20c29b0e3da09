-- What ran below what, and how often; below one program with the line that is commented out. For
-- lake.ocsfversion up to 1.3.0; from 1.4.0 on see process_ancestry. The lineage goes from the oldest
-- ancestor that Falco printed (proc.aname[2] and on) to the process; without one: parent and process.
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
    coalesce(process.lineage, [process.parent_process.name, process.name]) AS tree
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
