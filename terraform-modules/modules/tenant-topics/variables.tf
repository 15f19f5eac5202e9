variable "tenant_id" {
  description = "The tenant that owns the topics."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,38}[a-z0-9]$", var.tenant_id))
    error_message = "A tenant id is 2 to 40 lower-case letters, digits and hyphens; it starts with a letter and does not end with a hyphen."
  }
}

variable "tenant_incarnation" {
  description = "Which life of the tenant id this is. Each life has names of its own."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.tenant_incarnation >= 1 && var.tenant_incarnation <= 999999999 && floor(var.tenant_incarnation) == var.tenant_incarnation
    error_message = "An incarnation is a whole number from 1 to 999999999."
  }
}

variable "topics" {
  description = "The tenant's topics, without the tenant's prefix."
  type        = set(string)
  default     = ["events"]
  nullable    = false

  validation {
    condition     = length(var.topics) <= 50 && alltrue([for name in var.topics : can(regex("^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$", name))])
    error_message = "At most 50 topics; a topic's name is at most 100 lower-case letters, digits and hyphens, with no hyphen at either end."
  }
}

variable "partitions" {
  description = "Partitions of each topic. More can be added later; fewer replaces the topics and loses what is in them."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.partitions >= 1 && var.partitions <= 100 && floor(var.partitions) == var.partitions
    error_message = "A topic has 1 to 100 partitions."
  }
}

variable "retention_hours" {
  description = "How long a record is kept, in hours."
  type        = number
  default     = 168
  nullable    = false

  validation {
    condition     = var.retention_hours >= 1 && var.retention_hours <= 87600 && floor(var.retention_hours) == var.retention_hours
    error_message = "Records are kept for a whole number of hours from 1 to 87600."
  }
}

variable "topic_config" {
  description = "Further settings of each topic by Kafka's names; they win over retention_hours."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "platform_kafka_bootstrap_servers" {
  description = "The brokers, as host:port."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.platform_kafka_bootstrap_servers) > 0 && alltrue([for server in var.platform_kafka_bootstrap_servers : can(regex("^[^:]+:[0-9]+$", server))])
    error_message = "The platform must name at least one broker, as host:port."
  }
}

variable "platform_kafka_tls_enabled" {
  description = "Whether the brokers speak TLS."
  type        = bool
  default     = false
  nullable    = false
}

variable "platform_kafka_replication_factor" {
  description = "Replicas of each topic; not more than there are brokers."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.platform_kafka_replication_factor >= 1 && floor(var.platform_kafka_replication_factor) == var.platform_kafka_replication_factor
    error_message = "The replication factor is a whole number from 1."
  }
}
