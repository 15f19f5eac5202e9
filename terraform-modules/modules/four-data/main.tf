# The least that a run can do: the module that measures everything around it.
resource "terraform_data" "item" {
  count = 4

  input = "${var.tenant_id}/${count.index}/${var.note}"
}
