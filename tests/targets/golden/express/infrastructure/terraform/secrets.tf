# Their values are written by hand or by a runbook, never by Terraform, so that no state holds them.
locals {
  server_secrets = [
    "DATABASE_URL",
    "TOKEN_SECRET",
    "TOKEN_SECRET_ACCEPTED",
    "MAIL_URL",
  ]
}

resource "aws_secretsmanager_secret" "server" {
  for_each                = toset(local.server_secrets)
  name                    = "${local.name}/${each.value}"
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret" "migration" {
  name                    = "${local.name}/DATABASE_MIGRATION_URL"
  recovery_window_in_days = 7
}
