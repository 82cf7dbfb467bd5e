# The same shape as the guests beside it, made of the resource that is built into Terraform.

variable "guests" {
  type = list(string)
}

resource "terraform_data" "guest" {
  for_each = toset(var.guests)

  input = {
    email         = "${each.key}@partner.example"
    display_name  = "Guest ${each.key}"
    given_name    = "Guest"
    surname       = each.key
    job_title     = "Analyst"
    department    = "Research"
    company_name  = "Partner Inc."
    justification = "PROJ-1842"
  }

  lifecycle {
    postcondition {
      condition     = self.id != ""
      error_message = "${self.input.email} is not complete."
    }
  }
}

resource "terraform_data" "membership" {
  for_each = terraform_data.guest

  input = {
    group_id  = "11111111-2222-4333-8444-555555555555"
    member_id = each.value.id
  }
}
