# The table, with partitions that are projected: no crawler, and nothing to run when a day begins. For
# another lake.ocsfversion make columns.json anew: deno run scripts/aws/print_table.ts json 1.3.0

locals {
  location = "s3://${aws_s3_bucket.lake.id}/${var.prefix}/"
}

resource "aws_glue_catalog_database" "lake" {
  name = "falco_lake"
}

resource "aws_glue_catalog_table" "findings" {
  name          = "falco_objects"
  database_name = aws_glue_catalog_database.lake.name
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    "EXTERNAL"                          = "TRUE"
    "classification"                    = "parquet"
    "projection.enabled"                = "true"
    "projection.region.type"            = "enum"
    "projection.region.values"          = var.region
    "projection.accountid.type"         = "enum"
    "projection.accountid.values"       = var.account_id
    "projection.eventday.type"          = "date"
    "projection.eventday.format"        = "yyyyMMdd"
    "projection.eventday.range"         = "${var.first_day},NOW+1DAYS"
    "projection.eventday.interval"      = "1"
    "projection.eventday.interval.unit" = "DAYS"
    "storage.location.template"         = "${local.location}region=$${region}/accountId=$${accountid}/eventDay=$${eventday}/"
  }

  dynamic "partition_keys" {
    for_each = ["region", "accountid", "eventday"]

    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    location      = local.location
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = jsondecode(file("${path.module}/columns.json"))

      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }
}
