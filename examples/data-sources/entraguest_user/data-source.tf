data "entraguest_user" "manager" {
  user_principal_name = "grace@contoso.com"
}

# A person who may be there or not, by any of the addresses.
data "entraguest_user" "consultant" {
  email    = "ada@fabrikam.com"
  required = false
}

output "consultant_redeemed" {
  value = data.entraguest_user.consultant.exists ? data.entraguest_user.consultant.redemption_state : "not invited"
}

# Licences that could not be assigned, with the reason.
output "missing_licenses" {
  value = [for license in data.entraguest_user.manager.license_assignments : license if license.error != null]
}
