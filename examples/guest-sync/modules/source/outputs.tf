output "tenant_id" {
  description = "Id of the tenant that was read."
  value       = local.tenant_id
}

output "people" {
  description = "Who is in scope, by <tenant id>/<object id>: the address, everything the address may have been, and the profile."
  value = {
    for id, entry in local.in_scope : "${local.tenant_id}/${id}" => merge(entry.member, {
      email = entry.address
      addresses = distinct([
        for address in concat(
          [entry.member.user_principal_name], entry.member.mail == null ? [] : [entry.member.mail],
          entry.member.other_mails, entry.member.proxy_addresses,
        ) : lower(replace(address, "/^(?i)smtp:/", ""))
      ])
      manager = try("${local.tenant_id}/${lower(data.entraguest_user.with_manager[id].manager_id)}", null)
    })
  }
}

output "scope" {
  description = "How many are in the group, how many of them are in scope, and how many are not and why."
  value = {
    members         = length(local.members)
    in_scope        = length(local.in_scope)
    guests          = length([for entry in local.members : true if entry.left_out == "guest"])
    disabled        = length([for entry in local.members : true if entry.left_out == "disabled"])
    without_address = length([for entry in local.members : true if entry.left_out == "without_address"])
  }
}
