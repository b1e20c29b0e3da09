output "falco_lake_yaml" {
  description = "What goes into falco-lake.yaml."
  value       = <<-YAML
    aws:
      region: "${var.region}"
      rolearn: "${aws_iam_role.upload.arn}"
      externalid: "${var.external_id}"
      securitylake:
        bucket: "${aws_s3_bucket.lake.id}"
        region: "${var.region}"
        prefix: "${var.prefix}"
        accountid: "${var.account_id}"
  YAML
}

output "upload_role_arn" {
  description = "For base-role."
  value       = aws_iam_role.upload.arn
}

output "table" {
  description = "For queries/lake.athena.sql."
  value       = "${aws_glue_catalog_database.lake.name}.${aws_glue_catalog_table.findings.name}"
}
