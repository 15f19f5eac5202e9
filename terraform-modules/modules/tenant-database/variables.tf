variable "tenant_id" {
  description = "The tenant that owns the database."
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

variable "connection_limit" {
  description = "How many connections the tenant's role may hold at a time."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.connection_limit >= 1 && var.connection_limit <= 1000 && floor(var.connection_limit) == var.connection_limit
    error_message = "The connection limit is a whole number from 1 to 1000."
  }
}

variable "schema_name" {
  description = "The schema in the tenant's database; it is first in the role's search path."
  type        = string
  default     = "app"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.schema_name)) && !startswith(var.schema_name, "pg_")
    error_message = "A schema name is at most 63 lower-case letters, digits and underscores; it starts with a letter and not with pg_."
  }

  # Postgres would quote such a name in the role's search path, and the provider would see another value at every plan.
  validation {
    condition     = !contains(local.keywords, var.schema_name)
    error_message = "A schema cannot have a keyword of SQL as its name."
  }
}

variable "password_version" {
  description = "Another number makes another password."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.password_version >= 1 && floor(var.password_version) == var.password_version
    error_message = "The password version is a whole number from 1."
  }
}

variable "platform_postgres_host" {
  description = "The name under which the tenant reaches the server."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.platform_postgres_host) > 0
    error_message = "The platform must say where its Postgres is."
  }
}

variable "platform_postgres_port" {
  description = "The port under which the tenant reaches the server."
  type        = number
  default     = 5432
  nullable    = false

  validation {
    condition     = var.platform_postgres_port >= 1 && var.platform_postgres_port <= 65535
    error_message = "A port is a number from 1 to 65535."
  }
}
