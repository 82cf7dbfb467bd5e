# All guests of the tenant, in numbers.
data "entraguest_guest_report" "guests" {
  pending_days = 21
}

# A tenant in which too many invitations are never accepted gets a warning in every plan.
check "invitations_are_accepted" {
  assert {
    condition     = data.entraguest_guest_report.guests.pending_longer <= 50
    error_message = "${data.entraguest_guest_report.guests.pending_longer} invitations are older than three weeks and not accepted."
  }
}

output "guests_by_domain" {
  value = { for domain in data.entraguest_guest_report.guests.by_domain : domain.name => domain.count }
}

# A summary with charts, for a pull request. What is rendered is sensitive; without people in it, it may be shown.
output "summary" {
  value = nonsensitive(data.entraguest_guest_report.guests.markdown)
}
