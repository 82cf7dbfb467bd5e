# The state holds names and addresses: keep it where few can read it. This is an example for a storage account in
# Azure; the applications of plan and apply sign in to it as they do to Entra. Any other backend will do.

terraform {
  backend "azurerm" {
    storage_account_name = "contosoguests"
    container_name       = "state"
    key                  = "guests.tfstate"
    use_oidc             = true
    use_azuread_auth     = true
  }
}
