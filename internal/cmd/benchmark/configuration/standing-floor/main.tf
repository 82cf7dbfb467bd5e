# The same shape as the guests beside it, made of the resource that is built into Terraform.

variable "guests" {
  type = list(string)
}

variable "ids" {
  type        = map(string)
  default     = {}
  description = "The object id of each guest."
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
}

resource "terraform_data" "membership" {
  for_each = var.ids

  input = {
    group_id  = "11111111-2222-4333-8444-555555555555"
    member_id = each.value
  }
}
