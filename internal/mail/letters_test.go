package mail_test

import (
	"time"

	"prportal.example/internal/mail"
	"prportal.example/pkg/photocheck/report"
)

var (
	toronto = time.FixedZone("Toronto", -4*60*60)
	sent    = time.Date(2026, 8, 1, 9, 30, 0, 0, toronto)
)

// letters are one of each kind, and those whose words differ by what they tell.
func letters() map[string]mail.Letter {
	invitation := mail.Invitation{Token: "Gk3_0v-q8Zr1yTnW5dXe2A", Expires: sent.AddDate(0, 0, 30)}
	principal := invitation
	principal.Principal = true
	return map[string]mail.Letter{
		"invitation":           invitation,
		"invitation-principal": principal,
		"invitation-reminder":  mail.InvitationReminder(principal),
		"declined":             mail.Declined{},
		"credentials":          mail.Credentials{Username: "zoe-4821", Password: "kabo-runi-teso-9415", Until: sent.AddDate(0, 0, 14)},
		"password-reset":       mail.PasswordReset{Token: "Gk3_0v-q8Zr1yTnW5dXe2A", For: 30 * time.Minute},
		"username":             mail.Username{Username: "zoe-4821"},
		"password-changed":     mail.PasswordChanged{At: sent},
		"email-to-old":         mail.EmailChanged{At: sent, ToOld: true, NewAddress: "helene@people.example"},
		"email-to-new":         mail.EmailChanged{At: sent},
		"email-by-family":      mail.EmailChanged{At: sent, By: mail.ByFamily, ToOld: true, NewAddress: "é@people.example"},
		"email-by-office":      mail.EmailChanged{At: sent.Add(6 * time.Hour), By: mail.ByOffice},
		"address-changed":      mail.AddressChanged{At: sent},
		"submitted":            mail.PhotoSubmitted{Reference: "PR-7F3K-92QD", At: sent},
		"returned-machine": mail.PhotoReturned{
			Reasons: []report.Reason{report.ReasonTooDark, report.ReasonGlare}, ByMachine: true, SubmittedAt: sent,
		},
		"returned-officer": mail.PhotoReturned{
			Reasons: []report.Reason{report.ReasonHeadCovering, report.ReasonHeadCovering, "made_up"}, SubmittedAt: sent,
			Comment: "The scarf hides the chin <b>and</b> the left cheek.\r\n\r\nIt may stay on: please show the face.",
		},
		"accepted":      mail.PhotoAccepted{Expected: sent.AddDate(0, 0, 7), City: "Trois-Rivières"},
		"accepted-bare": mail.PhotoAccepted{},
		"accepted-held": mail.PhotoAccepted{Held: true},
		"ready":         mail.VerdictReady{},
		"task-reminder": mail.TaskReminder{Tasks: []mail.Task{mail.TaskDeclare, mail.TaskArrive, mail.TaskHome, mail.TaskPostal,
			mail.TaskPhoto, mail.TaskSubmit, mail.TaskPhotoAgain}},
		"proof-ready":    mail.ProofReady{},
		"proof-revoked":  mail.ProofRevoked{},
		"card-held":      mail.CardHeld{},
		"card-nowhere":   mail.CardHeld{NoAddress: true},
		"card-mailed":    mail.CardMailed{At: sent, City: "Trois-Rivières"},
		"card-returned":  mail.CardReturned{},
		"office-message": mail.OfficeMessage{},
	}
}

// forChildren are the letters that a parent or guardian reads for a small child, in other words.
var forChildren = []string{"invitation", "invitation-reminder", "credentials", "returned-machine", "task-reminder"}
