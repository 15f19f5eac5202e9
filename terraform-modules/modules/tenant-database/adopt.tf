variable "platform_adopt" {
  description = "Addresses of what an interrupted run made without the state knowing; they are taken over, not made."
  type        = set(string)
  default     = []
  nullable    = false
}

import {
  for_each = setintersection(var.platform_adopt, ["postgresql_role.tenant"])
  to       = postgresql_role.tenant
  id       = local.name
}

import {
  for_each = setintersection(var.platform_adopt, ["postgresql_database.tenant"])
  to       = postgresql_database.tenant
  id       = local.name
}
