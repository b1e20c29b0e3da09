variable "name" {
  description = "Name of the role that falco-lake has before it assumes the one that uploads."
  type        = string
  default     = "falco-lake"
}

variable "runs_on" {
  description = "What falco-lake runs on: irsa, pod-identity, ec2 or ecs."
  type        = string

  validation {
    condition     = contains(["irsa", "pod-identity", "ec2", "ecs"], var.runs_on)
    error_message = "irsa, pod-identity, ec2 or ecs; elsewhere it needs keys, not a role."
  }
}

variable "upload_role_arn" {
  description = "Output upload_role_arn of security-lake or own-bucket."
  type        = string
}

variable "account_id" {
  description = "Account that falco-lake runs in."
  type        = string
}

variable "region" {
  description = "For ecs: region of the cluster."
  type        = string
  default     = ""
}

variable "oidc_provider" {
  description = "For irsa: the cluster's issuer without https://, such as oidc.eks.eu-west-1.amazonaws.com/id/ABC."
  type        = string
  default     = ""
}

variable "namespace" {
  description = "For irsa."
  type        = string
  default     = "falco"
}

variable "service_account" {
  description = "For irsa."
  type        = string
  default     = "falco-lake"
}
