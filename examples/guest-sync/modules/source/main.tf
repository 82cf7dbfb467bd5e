# Reads the people of one group of one source tenant. It writes nothing.

data "entraguest_tenant" "this" {
  tenant_id = var.tenant_id
}

data "entraguest_group_members" "scope" {
  tenant_id  = var.tenant_id
  group_id   = var.group_id
  transitive = var.nested_groups

  attributes = [
    "account_enabled", "city", "company_name", "country", "department", "display_name", "employee_id", "external",
    "given_name", "job_title", "mobile_phone", "office_location", "other_mails", "proxy_addresses", "surname",
    "usage_location", "user_type",
  ]
}

locals {
  tenant_id        = lower(data.entraguest_tenant.this.tenant_id)
  verified_domains = [for domain in data.entraguest_tenant.this.verified_domains : lower(domain)]

  # Everybody with why not, if not. A guest's home is elsewhere.
  members = {
    for id, member in data.entraguest_group_members.scope.by_id : id => {
      member  = member
      address = try(lower(local.wants_mail[id] ? member.mail : member.user_principal_name), null)
      left_out = (
        try(member.external || member.user_type == "Guest", false) ? "guest" :
        try(!member.account_enabled && !var.include_disabled, false) ? "disabled" :
        try(local.wants_mail[id] && member.mail == null, false) ? "without_address" : ""
      )
    }
  }

  # A mail on a domain that the tenant has not verified belongs to an account somewhere else: whoever accepts the
  # invitation with it would be somebody else.
  wants_mail = {
    for id, member in data.entraguest_group_members.scope.by_id : id => (
      var.address_source == "mail" ? true :
      var.address_source == "upn" || member.mail == null ? false :
      contains(local.verified_domains, lower(element(split("@", member.mail), 1)))
    )
  }

  in_scope = { for id, entry in local.members : id => entry if entry.left_out == "" }
}

data "entraguest_user" "with_manager" {
  for_each = var.managers ? local.in_scope : {}

  tenant_id = var.tenant_id
  object_id = each.key
}
