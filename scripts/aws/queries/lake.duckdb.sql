-- The view that the other queries read. For a bucket: INSTALL httpfs; LOAD httpfs;
-- CREATE SECRET (TYPE s3, PROVIDER credential_chain); and s3://BUCKET/PREFIX/**/*.parquet.
CREATE OR REPLACE VIEW falco AS
SELECT * EXCLUDE (filename), filename AS object
FROM read_parquet(
  'lake/**/*.parquet',
  filename = true,
  hive_partitioning = true,
  hive_types_autocast = false, -- eventDay stays a text, as in Athena
  union_by_name = true
);
