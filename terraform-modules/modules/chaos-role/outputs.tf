output "mark" {
  description = "The mark that the last role bears."
  value       = postgresql_role.last.search_path[0]
}

output "apply" {
  description = "The apply that changed it last."
  value       = postgresql_role.last.search_path[1]
}

output "identity" {
  description = "What the state alone knows."
  value       = terraform_data.identity.output
}
