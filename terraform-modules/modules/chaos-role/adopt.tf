variable "platform_adopt" {
  description = "Addresses of what an interrupted run made without the state knowing; they are taken over, not made."
  type        = set(string)
  default     = []
  nullable    = false
}

import {
  for_each = setintersection(var.platform_adopt, ["postgresql_role.first"])
  to       = postgresql_role.first
  id       = local.name
}

import {
  for_each = setintersection(var.platform_adopt, ["postgresql_role.last"])
  to       = postgresql_role.last
  id       = "${local.name}_last"
}
