-- MITRE ATT&CK techniques, the most frequent first: where, when, and which rules named them.
-- A finding with two techniques counts for both.
SELECT
  technique,
  count(*) AS findings,
  count(DISTINCT coalesce(device.hostname, device.name)) AS hosts,
  max(severity_id) AS worst_severity,
  min(time_dt) AS first_seen,
  max(time_dt) AS last_seen,
  array_sort(array_agg(DISTINCT finding_info.title)) AS rules
FROM falco
CROSS JOIN UNNEST(
  transform(finding_info.attacks, a -> coalesce(a.sub_technique.uid, a.technique.uid))
) AS t (technique)
WHERE eventday BETWEEN '20261101' AND '20261130' AND technique IS NOT NULL
GROUP BY technique
ORDER BY findings DESC, technique;
