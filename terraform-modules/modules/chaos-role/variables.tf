variable "tenant_id" {
  description = "The tenant."
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
    condition     = var.tenant_incarnation >= 1 && floor(var.tenant_incarnation) == var.tenant_incarnation
    error_message = "An incarnation is a whole number from 1."
  }
}

variable "mark" {
  description = "What the roles are marked with: the generation that asked for it."
  type        = number
  nullable    = false

  validation {
    condition     = var.mark >= 1 && floor(var.mark) == var.mark
    error_message = "A mark is a whole number from 1."
  }
}
