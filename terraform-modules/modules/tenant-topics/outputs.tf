output "bootstrap_servers" {
  description = "The brokers, as host:port."
  value       = var.platform_kafka_bootstrap_servers
}

output "topics" {
  description = "The topics by the name that the tenant gave them."
  value       = { for name, topic in kafka_topic.tenant : name => topic.name }
}

output "topic_prefix" {
  description = "What all the tenant's topics begin with."
  value       = local.prefix
}

output "group_prefix" {
  description = "What the tenant's consumer groups must begin with."
  value       = local.prefix
}

output "principal" {
  description = "Who has the permissions."
  value       = local.principal
}
