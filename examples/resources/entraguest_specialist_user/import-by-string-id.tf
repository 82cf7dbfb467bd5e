import {
  to = entraguest_specialist_user.jan
  id = "ext-jan.novak@contoso.example"
}
