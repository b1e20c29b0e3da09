# A bucket without Security Lake, and the role that uploads to it: it may put objects below the prefix
# and nothing else. Whoever has its credentials can still overwrite; versions keep what was there.

locals {
  policies = "${path.module}/../../policies"
}

resource "aws_s3_bucket" "lake" {
  bucket = var.bucket
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket     = aws_s3_bucket.lake.id
  depends_on = [aws_s3_bucket_versioning.lake]

  rule {
    id     = "expire"
    status = "Enabled"

    filter {
      prefix = "${var.prefix}/"
    }

    expiration {
      days = var.keep_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  count  = var.kms_key_arn == "" ? 0 : 1
  bucket = aws_s3_bucket.lake.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_iam_role" "upload" {
  name = "falco-lake-upload"
  assume_role_policy = templatefile("${local.policies}/trust-upload-role.json", {
    ACCOUNT_ID  = var.account_id
    EXTERNAL_ID = var.external_id
  })
}

resource "aws_iam_role_policy" "upload" {
  name = "objects"
  role = aws_iam_role.upload.id
  policy = templatefile("${local.policies}/upload.json", {
    BUCKET = aws_s3_bucket.lake.id
    PREFIX = var.prefix
  })
}

resource "aws_iam_role_policy" "upload_kms" {
  count  = var.kms_key_arn == "" ? 0 : 1
  name   = "key"
  role   = aws_iam_role.upload.id
  policy = templatefile("${local.policies}/upload-kms.json", { KMS_KEY_ARN = var.kms_key_arn })
}
