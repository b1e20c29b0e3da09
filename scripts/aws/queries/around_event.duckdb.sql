-- Everything on the same host from five minutes before one event to five minutes after it. Its uid is
-- metadata.uid of the row, and uuid in falco-lake's log. Have the days include it.
WITH event AS (
  SELECT
    time AS moment,
    coalesce(device.hostname, device.name) AS host
  FROM falco
  WHERE
    eventday BETWEEN '20261101' AND '20261130'
    AND metadata.uid = '6f1c2b7e-5d0a-4c39-9a51-0c7f5e3d8b21'
)
SELECT
  (f.time - e.moment) / 1000.0 AS seconds_after,
  f.severity,
  f.finding_info.title AS rule,
  evidences[1].process.cmd_line AS command,
  evidences[1].process.user.name AS user_name,
  evidences[1].process.container.name AS container,
  evidences[1].file.path AS file,
  evidences[1].dst_endpoint.ip AS to_address,
  f.message,
  f.metadata.uid AS uid
FROM falco AS f
JOIN event AS e ON coalesce(f.device.hostname, f.device.name) = e.host
WHERE
  f.eventday BETWEEN '20261101' AND '20261130'
  AND f.time BETWEEN e.moment - 300000 AND e.moment + 300000
ORDER BY f.time, f.metadata.uid;
