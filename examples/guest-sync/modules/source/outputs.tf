output "tenant_id" {
  description = "Id of the tenant that was read."
  value       = local.tenant_id
}

output "managers" {
  description = "Whether it was read who is whose manager."
  value       = var.managers
}

output "people" {
  description = "Who is in scope, by <tenant id>/<object id>: the address, everything the address may have been, and the profile."
  value = {
    for id, member in local.in_scope : "${local.tenant_id}/${id}" => merge(member, {
      email = local.invitable[id][0]
      addresses = distinct([
        for address in concat(
          local.invitable[id], [member.user_principal_name], member.mail == null ? [] : [member.mail],
          member.other_mails, member.proxy_addresses,
        ) : lower(replace(address, "/^(?i)smtp:/", ""))
      ])
      manager = try("${local.tenant_id}/${lower(member.manager_id)}", null)
    })
  }
}

output "scope" {
  description = "How many are in the group, how many of them are in scope, and how many are not and why."
  value = merge(
    {
      members  = length(local.left_out)
      in_scope = length(local.in_scope)
    },
    {
      for reason in ["disabled", "excluded", "guests", "unusable_address", "without_address"] :
      reason => length([for why in values(local.left_out) : true if why == reason])
    },
  )
}
