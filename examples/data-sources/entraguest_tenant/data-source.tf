data "entraguest_tenant" "this" {}

output "initial_domain" {
  value = data.entraguest_tenant.this.initial_domain
}
