# The same shape as the guests beside it, made of the resource that is built into Terraform.

variable "guests" {
  type = number
}

resource "terraform_data" "all" {
  input = {
    for number in range(var.guests) : format("guest%05d", number) => jsonencode({
      email         = format("guest%05d@partner.example", number)
      display_name  = format("Guest guest%05d", number)
      given_name    = "Guest"
      surname       = format("guest%05d", number)
      job_title     = "Analyst"
      department    = "Research"
      company_name  = "Partner Inc."
      justification = "PROJ-1842"
    })
  }

  lifecycle {
    postcondition {
      condition     = length(self.output) == var.guests
      error_message = "Not everybody is complete."
    }
  }
}
