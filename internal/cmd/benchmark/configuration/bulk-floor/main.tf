# The same shape as the guests beside it, made of the resource that is built into Terraform.

variable "guests" {
  type = list(string)
}

resource "terraform_data" "all" {
  input = {
    for key in var.guests : key => jsonencode({
      email         = "${key}@partner.example"
      display_name  = "Guest ${key}"
      given_name    = "Guest"
      surname       = key
      job_title     = "Analyst"
      department    = "Research"
      company_name  = "Partner Inc."
      justification = "PROJ-1842"
    })
  }

  lifecycle {
    postcondition {
      condition     = length(self.output) == length(var.guests)
      error_message = "Not everybody is complete."
    }
  }
}
