output "host" {
  description = "The name of the server."
  value       = var.platform_postgres_host
}

output "port" {
  description = "The port of the server."
  value       = var.platform_postgres_port
}

output "database" {
  description = "The tenant's database."
  value       = postgresql_database.tenant.name
}

output "schema" {
  description = "The tenant's schema in it."
  value       = postgresql_schema.tenant.name
}

output "role" {
  description = "The role that owns both and may log in."
  value       = postgresql_role.tenant.name
}

output "password" {
  description = "The role's password."
  value       = postgresql_role.tenant.password
  sensitive   = true
}
