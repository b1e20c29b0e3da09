-- The ten rules that fired most, for each day.
WITH counted AS (
  SELECT
    eventday,
    finding_info.title AS rule,
    metadata.log_name AS source,
    max(severity_id) AS worst_severity,
    count(*) AS findings,
    count(DISTINCT coalesce(device.hostname, device.name)) AS hosts
  FROM falco
  WHERE eventday BETWEEN '20261101' AND '20261130'
  GROUP BY eventday, finding_info.title, metadata.log_name
), ranked AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY eventday ORDER BY findings DESC, rule) AS place
  FROM counted
)
SELECT eventday, place, rule, source, findings, hosts, worst_severity
FROM ranked
WHERE place <= 10
ORDER BY eventday DESC, place;
