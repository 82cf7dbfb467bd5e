# Reads the people of one group of one source tenant. It writes nothing.

data "entraguest_tenant" "this" {
  tenant_id = var.tenant_id
}

data "entraguest_group_members" "scope" {
  tenant_id  = var.tenant_id
  group_id   = var.group_id
  transitive = var.nested_groups

  attributes = concat([
    "account_enabled", "city", "company_name", "country", "department", "display_name", "employee_id", "external",
    "given_name", "job_title", "mobile_phone", "office_location", "other_mails", "proxy_addresses", "surname",
    "usage_location", "user_type",
  ], var.managers ? ["manager_id"] : [])
}

locals {
  tenant_id        = lower(data.entraguest_tenant.this.tenant_id)
  verified_domains = [for domain in data.entraguest_tenant.this.verified_domains : lower(domain)]
  excluded         = [for id in var.exclude : lower(id)]

  # The addresses somebody may be invited at, the better one first. A mail on a domain that the tenant has not
  # verified belongs to an account somewhere else: whoever accepts the invitation with it would be somebody else.
  addresses = {
    for id, member in data.entraguest_group_members.scope.by_id : id => [
      for address in(
        var.address_source == "mail" ? [member.mail] :
        var.address_source == "upn" ? [member.user_principal_name] :
        !try(contains(local.verified_domains, lower(split("@", member.mail)[1])), false) ? [member.user_principal_name] :
        [member.mail, member.user_principal_name]
      ) : lower(address) if address != null
    ]
  }

  # Microsoft Graph invites nobody at some addresses that are fine at home, such as one with a plus sign.
  invitable = {
    for id, addresses in local.addresses : id => [
      for address in addresses : address
      if can(provider::entraguest::guest_user_principal_name(address, data.entraguest_tenant.this.initial_domain))
    ]
  }

  # Everybody with why not, if not. A guest's home is elsewhere.
  left_out = {
    for id, member in data.entraguest_group_members.scope.by_id : id => (
      contains(local.excluded, id) ? "excluded" :
      try(member.external || member.user_type == "Guest", false) ? "guests" :
      try(!member.account_enabled && !var.include_disabled, false) ? "disabled" :
      length(local.addresses[id]) == 0 ? "without_address" :
      length(local.invitable[id]) == 0 ? "unusable_address" : ""
    )
  }

  in_scope = { for id, member in data.entraguest_group_members.scope.by_id : id => member if local.left_out[id] == "" }
}
