variable "environment" {
  description = "Which environment this is."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment is staging or production."
  }
}

variable "region" {
  description = "Where it runs."
  type        = string
  default     = "eu-central-1"
}

variable "image" {
  description = "The image of the server, by its digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "The image is named by its digest, so that what was tested is what runs."
  }
}

variable "certificate_arn" {
  description = "The certificate of the address that callers use, in the same region."
  type        = string
}

variable "network" {
  description = "The addresses of the network."
  type        = string
  default     = "10.20.0.0/16"
}

variable "servers" {
  description = "How many servers run; none while the system is set up."
  type        = number
  default     = 2

  validation {
    condition     = var.servers == 0 || var.servers >= 2
    error_message = "One server alone cannot be replaced without a pause."
  }
}

variable "database_class" {
  description = "The size of the database. Each server opens at most 17 connections."
  type        = string
  default     = "db.t4g.medium"
}

variable "backup_days" {
  description = "For how many days the database can be taken back to any second."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "Backups stay for 7 to 35 days."
  }
}

variable "alarm_email" {
  description = "Who is told when an alarm is raised."
  type        = string
}

variable "settings" {
  description = "Variables of the server that are no secrets, such as MAIL_FROM and APP_URL."
  type        = map(string)
  default     = {}
}
