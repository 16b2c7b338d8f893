output "address" {
  description = "Where the name that callers use must lead."
  value       = aws_lb.main.dns_name
}

output "database_address" {
  description = "The host in DATABASE_URL and DATABASE_MIGRATION_URL."
  value       = aws_db_instance.main.address
}

output "database_administrator" {
  description = "The secret with the password of the database's administrator."
  value       = aws_db_instance.main.master_user_secret[*].secret_arn
}
