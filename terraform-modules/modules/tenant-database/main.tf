locals {
  # A tenant id has no underscore, so no two lives of any tenants share a name, and none is called postgres or template1.
  # Role and database have the same name: `sameuser` in pg_hba.conf then keeps tenants out of each other's databases.
  life = var.tenant_incarnation == 1 ? var.tenant_id : "${var.tenant_id}_${var.tenant_incarnation}"
  name = "tenant_${local.life}"
}

resource "random_password" "role" {
  length = 32
  # Safe in a URL, a properties file and a shell.
  special = false

  keepers = {
    version = var.password_version
  }
}

resource "postgresql_role" "tenant" {
  name             = local.name
  login            = true
  password         = random_password.role.result
  connection_limit = var.connection_limit
  search_path      = [var.schema_name]
  # Said in so many words, so that a membership that is granted by hand is taken back.
  roles = []
}

resource "postgresql_database" "tenant" {
  name  = local.name
  owner = postgresql_role.tenant.name
}

resource "postgresql_schema" "tenant" {
  name     = var.schema_name
  database = postgresql_database.tenant.name
  owner    = postgresql_role.tenant.name
  # What the tenant made in its schema goes with it.
  drop_cascade = true
}
