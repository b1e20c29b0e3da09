-- The view that the other queries read. Put your Region with underscores and your source's name in;
-- Security Lake's own database takes no views: run this in a database of yours.
CREATE OR REPLACE VIEW falco AS
SELECT *, "$path" AS object
FROM amazon_security_lake_glue_db_eu_west_1.amazon_security_lake_table_eu_west_1_ext_falco;
