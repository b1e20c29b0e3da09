# The custom source: run this as the delegated administrator of Security Lake, which must be on in
# the region. AWS adds the prefix, the provider role, the table and the crawler.

locals {
  policies = "${path.module}/../../policies"
}

resource "aws_iam_role" "crawler" {
  # The name that the console gives it.
  name               = "AmazonSecurityLakeCustomDataGlueCrawler-${var.source_name}"
  path               = "/service-role/"
  assume_role_policy = file("${local.policies}/trust-crawler.json")
}

resource "aws_iam_role_policy_attachment" "crawler" {
  role       = aws_iam_role.crawler.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"
}

resource "aws_iam_role_policy" "crawler" {
  name = "objects"
  role = aws_iam_role.crawler.id
  policy = templatefile("${local.policies}/crawler.json", {
    BUCKET = var.lake_bucket
    PREFIX = "ext/${var.source_name}"
  })
}

resource "aws_iam_role_policy" "crawler_kms" {
  count  = var.kms_key_arn == "" ? 0 : 1
  name   = "key"
  role   = aws_iam_role.crawler.id
  policy = templatefile("${local.policies}/crawler-kms.json", { KMS_KEY_ARN = var.kms_key_arn })
}

resource "aws_securitylake_custom_log_source" "falco" {
  source_name   = var.source_name
  event_classes = ["DETECTION_FINDING"]

  configuration {
    crawler_configuration {
      role_arn = aws_iam_role.crawler.arn
    }

    provider_identity {
      principal   = var.account_id
      external_id = var.external_id
    }
  }

  depends_on = [
    aws_iam_role_policy_attachment.crawler,
    aws_iam_role_policy.crawler,
    aws_iam_role_policy.crawler_kms,
  ]
}
