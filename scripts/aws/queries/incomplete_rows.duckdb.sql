-- Rows that lack what they could have: what was no Falco event, and what falco-lake failed to map.
-- The event itself is in raw_data (in unmapped, when it is too long for that), so nothing is lost;
-- the second kind is a mistake of falco-lake's, and the reason is what a report of it needs.
SELECT
  time_dt,
  finding_info.title AS rule,
  status_detail AS reason,
  length(raw_data) AS raw_length,
  metadata.uid AS uid,
  object
FROM falco
WHERE eventday BETWEEN '20261101' AND '20261130' AND status_detail IS NOT NULL
ORDER BY time, uid;
