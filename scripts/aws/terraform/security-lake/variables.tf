variable "region" {
  description = "Region of the lake, and so of its bucket."
  type        = string
}

variable "lake_bucket" {
  description = "Security Lake's bucket in that region, such as aws-security-data-lake-eu-west-1-abc."
  type        = string
}

variable "source_name" {
  description = "Name of the custom source. It cannot be changed later."
  type        = string
  default     = "falco"

  validation {
    condition     = can(regex("^[a-z0-9-]{1,20}$", var.source_name))
    error_message = "At most 20 characters, or the name of the provider role gets too long."
  }
}

variable "account_id" {
  description = "Account that falco-lake runs in: it may assume the provider role, and its id stands in object keys."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Twelve digits; Security Lake takes no ARN here."
  }
}

variable "external_id" {
  description = "What falco-lake must say to assume the provider role. Any text that is hard to guess."
  type        = string

  validation {
    condition     = can(regex("^[\\w+=,.@:/-]+$", var.external_id)) && length(var.external_id) >= 2
    error_message = "At least 2 letters, digits and _+=,.@:/-"
  }
}

variable "kms_key_arn" {
  description = "The customer managed key that the lake is encrypted with; empty for S3's own."
  type        = string
  default     = ""
}

variable "readers" {
  description = "ARNs of the roles and users that may query the table."
  type        = set(string)
  default     = []
}
