-- Container images with their findings, the worst first. image.uid is the digest where Falco prints
-- it (container.image.digest), else the id, else name:tag.
WITH containers AS (
  SELECT
    *,
    evidences[1].process.container AS container
  FROM falco
  WHERE eventday BETWEEN '20261101' AND '20261130'
)
SELECT
  container.image.name AS image,
  container.image.uid AS image_uid,
  count(*) AS findings,
  count(DISTINCT container.uid) AS containers,
  count(DISTINCT coalesce(device.hostname, device.name)) AS hosts,
  max(severity_id) AS worst_severity,
  list_sort(list(DISTINCT finding_info.title)) AS rules
FROM containers
WHERE container.image.uid IS NOT NULL
GROUP BY container.image.name, container.image.uid
ORDER BY worst_severity DESC, findings DESC, image_uid;
