output "page" {
  description = "The page, in HTML, with everybody in it."
  value       = data.entraguest_guest_report.people.html
  sensitive   = true
}

output "table" {
  description = "A row for each person, in CSV. The mark at the beginning tells Excel that this is UTF-8."
  value       = "\ufeff${data.entraguest_guest_report.people.csv}"
  sensitive   = true
}

output "summary" {
  description = "The numbers in Markdown, with charts that GitHub and GitLab draw. No person is named in it."
  value       = nonsensitive(data.entraguest_guest_report.summary.markdown)
}

output "pending_longer" {
  description = "How many invitations wait too long, for an alert."
  value       = data.entraguest_guest_report.summary.pending_longer
}
