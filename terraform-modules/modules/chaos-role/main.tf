# Two roles, the second changed after the first, whose settings say who changed them: the server's log then tells which
# applies worked on a tenant, when, and for which generation. Every apply changes both, which no module for people should do.
locals {
  name = "chaos_${var.tenant_id}_${var.tenant_incarnation}"
  # Not known before the apply, and another one in each. No hyphens, or Postgres would quote it.
  apply = "a${replace(uuid(), "-", "")}"
}

# Kept in the state and nowhere else: a state that was lost is seen by another identity.
resource "terraform_data" "identity" {
  input = "i${replace(uuid(), "-", "")}"

  lifecycle {
    ignore_changes = [input]
  }
}

resource "postgresql_role" "first" {
  name                = local.name
  search_path         = ["m${var.mark}", local.apply, terraform_data.identity.output]
  roles               = []
  skip_reassign_owned = true
}

resource "postgresql_role" "last" {
  name                = "${local.name}_last"
  search_path         = ["m${var.mark}", local.apply, terraform_data.identity.output]
  roles               = []
  skip_reassign_owned = true
  depends_on          = [postgresql_role.first]
}
