# Lake Formation decides who may read the table: IAM alone is not enough. Whoever runs this must be a
# Lake Formation administrator.

locals {
  table = regex(
    "table/(?P<database>[^/]+)/(?P<name>[^/]+)$",
    aws_securitylake_custom_log_source.falco.attributes[0].table_arn
  )
}

resource "aws_lakeformation_permissions" "database" {
  for_each    = var.readers
  principal   = each.value
  permissions = ["DESCRIBE"]

  database {
    name = local.table.database
  }
}

resource "aws_lakeformation_permissions" "table" {
  for_each    = var.readers
  principal   = each.value
  permissions = ["DESCRIBE", "SELECT"]

  table {
    database_name = local.table.database
    name          = local.table.name
  }
}
