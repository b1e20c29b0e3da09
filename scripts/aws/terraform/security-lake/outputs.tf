locals {
  provider = aws_securitylake_custom_log_source.falco.provider_details[0]
  location = regex("^s3://(?P<bucket>[^/]+)/(?P<prefix>.*[^/])/*$", local.provider.location)
}

output "falco_lake_yaml" {
  description = "What goes into falco-lake.yaml."
  value       = <<-YAML
    aws:
      region: "${var.region}"
      rolearn: "${local.provider.role_arn}"
      externalid: "${var.external_id}"
      securitylake:
        bucket: "${local.location.bucket}"
        region: "${var.region}"
        prefix: "${local.location.prefix}"
        accountid: "${var.account_id}"
  YAML
}

output "upload_role_arn" {
  description = "The provider role, for base-role."
  value       = local.provider.role_arn
}

output "table" {
  description = "For queries/lake.athena.sql."
  value       = "${local.table.database}.${local.table.name}"
}

output "crawler_arn" {
  description = "Its last part is the name that `aws glue start-crawler` wants."
  value       = aws_securitylake_custom_log_source.falco.attributes[0].crawler_arn
}
