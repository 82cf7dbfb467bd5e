data "entraguest_group" "partners" {
  display_name = "Partners"
}

# Terraform can add people only to a group that no rule fills.
output "can_be_managed" {
  value = !data.entraguest_group.partners.dynamic && contains(["security", "microsoft_365"], data.entraguest_group.partners.kind)
}
