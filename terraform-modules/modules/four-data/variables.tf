variable "tenant_id" {
  description = "The tenant."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.tenant_id) > 0
    error_message = "A tenant id is not empty."
  }
}

variable "note" {
  description = "Anything; another value changes all four."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = length(var.note) <= 1000
    error_message = "A note has at most 1000 characters."
  }
}
