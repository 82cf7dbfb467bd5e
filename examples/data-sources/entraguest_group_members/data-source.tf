data "entraguest_group" "consultants" {
  display_name = "Consultants"
}

data "entraguest_group_members" "consultants" {
  group_id    = data.entraguest_group.consultants.object_id
  transitive  = true
  guests_only = true
  attributes  = ["display_name", "company_name", "redemption_state"]
}

# Whoever has not accepted the invitation yet.
output "pending" {
  value = [for person in data.entraguest_group_members.consultants.members : person.mail if person.redemption_state == "PendingAcceptance"]
}
