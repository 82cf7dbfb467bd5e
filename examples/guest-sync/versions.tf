terraform {
  required_version = ">= 1.8"

  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}
