variable "tenant_id" {
  description = "Id of the tenant that is read: one of source_tenant_ids of the provider. Default: the tenant the provider is signed in to."
  type        = string
  default     = null
}

variable "group_id" {
  description = "Object id of the group whose people are in scope."
  type        = string
}

variable "nested_groups" {
  description = "Whether people of groups in the group are in scope as well."
  type        = bool
  default     = false
}

variable "include_disabled" {
  description = "Whether disabled accounts are in scope as well."
  type        = bool
  default     = false
}

variable "managers" {
  description = "Whether to read who is whose manager."
  type        = bool
  default     = false
}

variable "address_source" {
  description = "The address people are invited at: upn or mail. Default: mail if the tenant has verified its domain, else upn."
  type        = string
  default     = null

  validation {
    condition     = var.address_source == null ? true : contains(["upn", "mail"], var.address_source)
    error_message = "address_source is \"upn\" or \"mail\"."
  }
}

variable "exclude" {
  description = "Object ids of people who are never in scope, such as one whose address is taken in the target tenant."
  type        = set(string)
  default     = []
}
