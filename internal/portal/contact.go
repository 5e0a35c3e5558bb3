package portal

import "prportal.example/internal/portal/web"

// Contact is how people reach the office when these pages are not for them.
type Contact struct {
	Email string
	Phone string // may be empty
}

// markdown is the contact within a sentence, with a link to write to.
func (c Contact) markdown(say web.Say) string {
	mail := "[" + c.Email + "](mailto:" + c.Email + ")"
	if c.Phone == "" {
		return mail
	}
	return say("contact_or_call", mail, c.Phone)
}
