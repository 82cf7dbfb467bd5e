resource "entraguest_invitation" "ada" {
  email        = "ada.lovelace@partner.example"
  display_name = "Ada Lovelace (Partner)"

  given_name    = "Ada"
  surname       = "Lovelace"
  job_title     = "Analyst"
  company_name  = "Partner Inc."
  justification = "PROJ-1842: access to the shared project site until the end of the year"

  message = {
    language = "de-DE"
  }

  lifecycle {
    # A step that failed after the person was invited fails the run, and the next apply finishes the work.
    postcondition {
      condition     = self.complete
      error_message = "${self.email} was invited, but the profile is not complete yet. Apply again."
    }
  }
}
