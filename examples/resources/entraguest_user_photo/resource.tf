# One picture per user, named by the user's object id: photos/7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55.jpg
resource "entraguest_user_photo" "guest" {
  for_each = fileset(path.module, "photos/*.jpg")

  user_id = trimsuffix(basename(each.value), ".jpg")
  source  = "${path.module}/${each.value}"

  lifecycle {
    # A fresh account takes no photo for some minutes: the run fails then, and the next apply sends the photo.
    postcondition {
      condition     = self.complete
      error_message = "The photo of ${self.user_id} is not set yet. Apply again in some minutes."
    }
  }
}
