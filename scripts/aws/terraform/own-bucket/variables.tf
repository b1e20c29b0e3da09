variable "region" {
  description = "Region of the bucket."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket to make."
  type        = string
}

variable "prefix" {
  description = "Start of object keys, without slashes at its ends."
  type        = string
  default     = "falco"
}

variable "account_id" {
  description = "Account that falco-lake runs in."
  type        = string
}

variable "external_id" {
  description = "What falco-lake must say to assume the role. Any text that is hard to guess."
  type        = string
}

variable "kms_key_arn" {
  description = "Key to encrypt the objects with; empty for S3's own."
  type        = string
  default     = ""
}

variable "keep_days" {
  description = "Days after which objects are deleted."
  type        = number
  default     = 365
}

variable "first_day" {
  description = "Oldest day that queries see, YYYYMMDD."
  type        = string
  default     = "20260101"
}
