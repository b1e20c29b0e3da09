-- Sequences between the objects of one agent: uploads that are still to come or failed for good,
-- events that were dropped from a full buffer, and batches that left nothing to upload
-- (minimumpriority, dropinternal). An object is named after its log, first and last sequence. Whether
-- an agent has stopped uploading, falco_lake_last_upload_timestamp_seconds tells, not this.
WITH batches AS (
  SELECT DISTINCT
    regexp_extract(object, '([0-9a-f]{32})-(\d+)-(\d+)[.]parquet$', 1) AS log_id,
    CAST(regexp_extract(object, '([0-9a-f]{32})-(\d+)-(\d+)[.]parquet$', 2) AS bigint) AS first_sequence,
    CAST(regexp_extract(object, '([0-9a-f]{32})-(\d+)-(\d+)[.]parquet$', 3) AS bigint) AS last_sequence
  FROM falco
), ordered AS (
  SELECT
    *,
    max(last_sequence) OVER (
      PARTITION BY log_id ORDER BY first_sequence, last_sequence
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS previous_last
  FROM batches
)
SELECT
  log_id,
  previous_last + 1 AS first_missing,
  first_sequence - 1 AS last_missing,
  first_sequence - previous_last - 1 AS events
FROM ordered
WHERE first_sequence > previous_last + 1
ORDER BY log_id, first_missing;
