variable "pending_days" {
  description = "After how many days an invitation that is not accepted counts as pending too long."
  type        = number
  default     = 14
}

variable "include_sign_in_activity" {
  description = "Whether the report shows who never or not lately signed in. It needs AuditLog.Read.All and Entra ID P1, and takes a minute for 5,000 guests."
  type        = bool
  default     = false
}

variable "expires_at" {
  description = "When guests are to go, object id to a time of RFC 3339, such as { for g in entraguest_invitation.guest : g.object_id => g.expires_at }."
  type        = map(string)
  default     = null
}
