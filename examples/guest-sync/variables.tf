variable "sources" {
  description = <<-TEXT
    The source tenants, by a name of yours.

    - tenant_id, group_id: the group whose people are in scope, and its tenant. Not for a source in var.read.
    - target_group_ids: groups of this tenant the people are put into, at least one.
    - carry: attributes to keep as they are in the source. Left out, all of them.
    - photos: whether the photo comes as well. It needs the provider's source_tenant_ids.
    - managers: whether the manager comes as well, if in scope too.
    - mail: whether Microsoft mails an invitation.
    - redirect_url: where people land after accepting.
    - company_name: what to write there for everybody, whatever the source says.
    - leavers: disable, delete (to the deleted items, for 30 days) or keep. Change it and apply before anybody leaves.
    - max_removals: how many guests one plan may take out of the target groups. Left out, 10 % of those the source has
      there, or 5 if that is more.
    - address_source, exclude, include_disabled, nested_groups: see modules/source.
    - rank: of two sources with the same person, the lower one wins; of the same rank, the first by name.
  TEXT
  type = map(object({
    tenant_id        = optional(string)
    group_id         = optional(string)
    target_group_ids = list(string)
    carry = optional(set(string), [
      "city", "company_name", "country", "department", "display_name", "employee_id", "given_name", "job_title",
      "mobile_phone", "office_location", "surname", "usage_location",
    ])
    photos           = optional(bool, false)
    managers         = optional(bool, false)
    mail             = optional(bool, false)
    redirect_url     = optional(string)
    company_name     = optional(string)
    leavers          = optional(string, "disable")
    max_removals     = optional(number)
    address_source   = optional(string)
    exclude          = optional(set(string), [])
    include_disabled = optional(bool, false)
    nested_groups    = optional(bool, false)
    rank             = optional(number, 100)
  }))

  validation {
    condition     = alltrue([for source in var.sources : contains(["disable", "delete", "keep"], source.leavers)])
    error_message = "leavers is \"disable\", \"delete\" or \"keep\"."
  }

  validation {
    condition     = alltrue([for source in var.sources : length(source.target_group_ids) > 0])
    error_message = "Every source needs a target group: it is where the module finds those whom it has brought."
  }

  validation {
    condition     = alltrue([for source in var.sources : (source.tenant_id == null) == (source.group_id == null)])
    error_message = "tenant_id and group_id belong together; a source of var.read has neither."
  }

  validation {
    condition = alltrue([
      for source in var.sources : source.tenant_id != null || (
        source.address_source == null && length(source.exclude) == 0 && !source.include_disabled && !source.managers && !source.nested_groups
      )
    ])
    error_message = "address_source, exclude, include_disabled, managers and nested_groups of a source of var.read belong to the modules/source that reads it."
  }

  validation {
    condition     = alltrue([for source in var.sources : source.rank >= 0 && source.rank < 100000 && floor(source.rank) == source.rank])
    error_message = "rank is a whole number from 0 to 99999."
  }

  validation {
    condition     = alltrue([for source in var.sources : try(source.max_removals >= 0, source.max_removals == null)])
    error_message = "max_removals is a number from 0 up."
  }

  validation {
    condition = alltrue([for source in var.sources : length(setsubtract(source.carry, [
      "city", "company_name", "country", "department", "display_name", "employee_id", "given_name", "job_title",
      "mobile_phone", "office_location", "surname", "usage_location",
    ])) == 0])
    error_message = "carry names an attribute that this module does not carry."
  }
}

variable "read" {
  description = "Sources that were read with another provider, by the names of var.sources: the outputs of modules/source."
  type        = any
  default     = {}
}

variable "mark" {
  description = <<-TEXT
    The extension attribute of the guests, one of 15, that tells which account of which source a guest came for. The brake
    counts by it. Nothing else may use it. After a change, nobody counts as a leaver until it is applied.
  TEXT
  type        = string
  default     = "extensionAttribute15"

  validation {
    condition     = can(regex("^extensionAttribute([1-9]|1[0-5])$", var.mark))
    error_message = "mark is extensionAttribute1 to extensionAttribute15."
  }
}

variable "same_person" {
  description = <<-TEXT
    When accounts of two sources are one person, who comes once: with the same "address", the one they would be invited
    at, or with "any_address" in common, be it an alias or another mail. The output collisions shows both.
  TEXT
  type        = string
  default     = "address"

  validation {
    condition     = contains(["address", "any_address"], var.same_person)
    error_message = "same_person is \"address\" or \"any_address\"."
  }
}

variable "bulk" {
  description = <<-TEXT
    Whether all guests are in one resource, for thousands. Then the plan shows the change of a person as a change of one
    text, and all sources have the same leavers, mail and redirect_url. Decide before the first apply.
  TEXT
  type        = bool
  default     = false
}
