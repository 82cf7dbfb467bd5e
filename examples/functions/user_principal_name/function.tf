# jan.novak@contoso.com
output "plain" {
  value = provider::entraguest::user_principal_name("Jan", "Novák", "contoso.com")
}

# ext-joerg.mueller@contoso.com
output "external" {
  value = provider::entraguest::user_principal_name("Jörg", "Müller", "contoso.com", {
    prefix          = "ext-"
    transliteration = "de"
  })
}

locals {
  people = {
    "P-1001" = { given_name = "Seán", surname = "O'Brien" }
    "P-1002" = { given_name = "Χρήστος", surname = "Παύλου" }
    # People with one name. Null will do as well, but for OpenTofu, which cannot hand null to a function.
    "P-1003" = { given_name = "", surname = "Suharto" }
  }
}

# ext-sean.obrien@contoso.com, ext-christos.pavlou@contoso.com, ext-suharto@contoso.com
output "names" {
  value = {
    for number, person in local.people :
    number => provider::entraguest::user_principal_name(person.given_name, person.surname, "contoso.com", { prefix = "ext-" })
  }
}
