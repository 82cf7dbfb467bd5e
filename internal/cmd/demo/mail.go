package main

import (
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// mailedTo tells whether a mail went to address.
func mailedTo(mail graphemulator.Mail, address string) bool {
	return slices.ContainsFunc(mail.To, func(to string) bool { return strings.EqualFold(to, address) })
}

// mailLines shows a mail as a mail program does, the link to accept shortened.
func mailLines(mail graphemulator.Mail) []string {
	lines := []string{
		"From:     " + mail.From,
		"To:       " + strings.Join(mail.To, ", "),
		"Subject:  " + mail.Subject,
		"",
	}
	body := mail.Body
	if mail.RedeemURL != "" {
		body = strings.ReplaceAll(body, mail.RedeemURL, shorten(mail.RedeemURL, screenWidth/2))
	}
	for _, paragraph := range linesOf(body) {
		lines = append(lines, wrap(paragraph, screenWidth-4)...)
	}

	return lines
}

// wrap breaks text between words into lines of at most limit characters; a longer word has a line of its own.
func wrap(text string, limit int) []string {
	line := ""
	var lines []string
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) <= limit:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}

	return append(lines, line)
}

// shorten cuts text to limit characters and marks the cut.
func shorten(text string, limit int) string {
	characters := []rune(text)
	if len(characters) <= limit {
		return text
	}

	return string(characters[:limit-1]) + "…"
}
