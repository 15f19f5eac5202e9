locals {
  # A tenant id has neither dot nor underscore and a topic's own name has no dot: no prefix is the beginning of another's.
  life      = var.tenant_incarnation == 1 ? var.tenant_id : "${var.tenant_id}_${var.tenant_incarnation}"
  prefix    = "${local.life}."
  principal = "User:${var.tenant_id}"

  permissions = {
    read-topics  = { type = "Topic", operation = "Read" }
    write-topics = { type = "Topic", operation = "Write" }
    read-groups  = { type = "Group", operation = "Read" }
  }
}

resource "kafka_topic" "tenant" {
  for_each = var.topics

  name               = "${local.prefix}${each.value}"
  partitions         = var.partitions
  replication_factor = var.platform_kafka_replication_factor

  config = merge(
    { "retention.ms" = format("%d", var.retention_hours * 3600000) },
    var.topic_config,
  )
}

# By prefix, so that a topic that is added later needs no new permission.
resource "kafka_acl" "tenant" {
  for_each = local.permissions

  acl_principal                = local.principal
  acl_host                     = "*"
  acl_operation                = each.value.operation
  acl_permission_type          = "Allow"
  resource_type                = each.value.type
  resource_name                = local.prefix
  resource_pattern_type_filter = "Prefixed"
}
