output "items" {
  description = "What each of the four holds."
  value       = terraform_data.item[*].output
}
