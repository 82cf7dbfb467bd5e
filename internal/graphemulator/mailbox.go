package graphemulator

import (
	"slices"
	"time"
)

// Mail is one message that Graph would have sent.
type Mail struct {
	TenantID string `json:"tenant_id"`
	// Kind is "invitation", or "message" for what sendMail sent.
	Kind    string   `json:"kind"`
	From    string   `json:"from"`
	To      []string `json:"to"`
	CC      []string `json:"cc"`
	BCC     []string `json:"bcc,omitempty"`
	ReplyTo []string `json:"reply_to,omitempty"`
	Subject string   `json:"subject"`
	Body    string   `json:"body"`
	// ContentType is "text" or "html".
	ContentType string `json:"content_type"`
	// Language of the invitation, "en-US" unless asked otherwise.
	Language  string `json:"language,omitempty"`
	RedeemURL string `json:"redeem_url,omitempty"`
	// Saved says that a copy is kept in the sender's sent items.
	Saved bool `json:"saved,omitempty"`
	// SentAt is the time on the emulator's clock.
	SentAt time.Time `json:"sent_at"`
}

// Mailbox returns every mail sent so far, in order.
func (e *Emulator) Mailbox() []Mail {
	e.mu.Lock()
	defer e.mu.Unlock()
	mails := make([]Mail, 0, len(e.mails))
	for _, mail := range e.mails {
		mail.To, mail.CC = slices.Clone(mail.To), slices.Clone(mail.CC)
		mail.BCC, mail.ReplyTo = slices.Clone(mail.BCC), slices.Clone(mail.ReplyTo)
		mails = append(mails, mail)
	}
	return mails
}

const invitationSender = "invites@microsoft.com"
