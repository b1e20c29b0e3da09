# The role that falco-lake has by itself, in the account it runs in. All that it may do is to assume
# the one that uploads.

locals {
  policies = "${path.module}/../../policies"
}

resource "aws_iam_role" "base" {
  name = var.name
  assume_role_policy = templatefile("${local.policies}/trust-${var.runs_on}.json", {
    ACCOUNT_ID      = var.account_id
    NAMESPACE       = var.namespace
    OIDC_PROVIDER   = var.oidc_provider
    REGION          = var.region
    SERVICE_ACCOUNT = var.service_account
  })
}

resource "aws_iam_role_policy" "base" {
  name = "assume-upload-role"
  role = aws_iam_role.base.id
  policy = templatefile("${local.policies}/assume-upload-role.json", {
    UPLOAD_ROLE_ARN = var.upload_role_arn
  })
}

resource "aws_iam_instance_profile" "base" {
  count = var.runs_on == "ec2" ? 1 : 0
  name  = var.name
  role  = aws_iam_role.base.name
}

output "role_arn" {
  description = "For the service account, the association or the task definition."
  value       = aws_iam_role.base.arn
}
