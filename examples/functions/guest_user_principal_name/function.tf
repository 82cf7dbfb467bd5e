# ada_fabrikam.com#EXT#@contoso.onmicrosoft.com
output "written_out" {
  value = provider::entraguest::guest_user_principal_name("ada@fabrikam.com", "contoso.onmicrosoft.com")
}

# The tenant itself knows its initial domain.
data "entraguest_tenant" "this" {}

output "from_tenant" {
  value = provider::entraguest::guest_user_principal_name("ada@fabrikam.com", data.entraguest_tenant.this.initial_domain)
}
