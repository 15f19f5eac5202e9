variable "platform_adopt" {
  description = "Addresses of what an interrupted run made without the state knowing; they are taken over, not made."
  type        = set(string)
  default     = []
  nullable    = false
}

import {
  for_each = { for topic in var.topics : topic => topic if contains(var.platform_adopt, "kafka_topic.tenant[\"${topic}\"]") }
  to       = kafka_topic.tenant[each.key]
  id       = "${local.prefix}${each.value}"
}
