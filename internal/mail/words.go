package mail

import (
	"fmt"
	"strings"
	"time"

	"prportal.example/internal/elision"
)

// words holds every sentence of the e-mails in one language; each subject has a file. A test sees to it that none is missing
// and that both languages take the same values.
type words struct {
	common
	invitation invitationWords
	account    accountWords
	photo      photoWords
	tasks      taskWords
	proof      proofWords
	card       cardWords
}

// common is what all e-mails say.
type common struct {
	lang, colon, below                   string
	hello, helloNoName, child            string
	oneDay, days, oneWeek, weeks         string
	oneMinute, minutes                   string
	months, at                           string
	contactBoth, contactOne, contactNone string
	openLink, safety, service, demo      string
}

func wordsOf(lang string) *words {
	if strings.HasPrefix(strings.ToLower(lang), "fr") {
		return &french
	}
	return &english
}

// other is the other language, for e-mails in both.
func (w *words) other() *words {
	if w == &english {
		return &french
	}
	return &english
}

var english = words{
	common: common{
		lang: "en", colon: ":",
		below:       "The English text is below.",
		hello:       "Hello %s,",
		helloNoName: "Hello,",
		child:       "%s is a child. A parent or guardian does these steps for them, with the child’s own account.",
		oneDay:      "one day", days: "%d days", oneWeek: "one week", weeks: "%d weeks",
		oneMinute: "one minute", minutes: "%d minutes",
		months:      "January February March April May June July August September October November December",
		at:          "%s at %s",
		contactBoth: "Write to %s or call %s.",
		contactOne:  "You can reach us at %s.",
		contactNone: "The help page of the portal says how to reach us.",
		openLink:    "If the button does not work, open this address:",
		safety:      "We never ask for your password by e-mail.",
		service:     "Permanent residence confirmation portal",
		demo:        "Demonstration, not a government service",
	},
	invitation: englishInvitation, account: englishAccount, photo: englishPhoto, tasks: englishTasks,
	proof: englishProof, card: englishCard,
}

var french = words{
	common: common{
		lang: "fr", colon: " :",
		below:       "Le texte français se trouve plus bas.",
		hello:       "Bonjour %s,",
		helloNoName: "Bonjour,",
		child:       "Un parent, un tuteur ou une tutrice fait ces étapes à la place de %s, avec le compte de l’enfant.",
		oneDay:      "un jour", days: "%d jours", oneWeek: "une semaine", weeks: "%d semaines",
		oneMinute: "une minute", minutes: "%d minutes",
		months:      "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		at:          "%s à %s",
		contactBoth: "Écrivez à %s ou appelez le %s.",
		contactOne:  "Vous pouvez nous joindre ici : %s",
		contactNone: "La page d’aide du portail dit comment nous joindre.",
		openLink:    "Si le bouton ne fonctionne pas, ouvrez cette adresse :",
		safety:      "Nous ne demandons jamais votre mot de passe par courriel.",
		service:     "Portail de confirmation de la résidence permanente",
		demo:        "Démonstration, pas un service du gouvernement",
	},
	invitation: frenchInvitation, account: frenchAccount, photo: frenchPhoto, tasks: frenchTasks,
	proof: frenchProof, card: frenchCard,
}

// subject names the person, since several may share a mailbox; without a name it has its own sentence.
func subject(to Recipient, named, unnamed string) string {
	if name := fullName(to); name != "" {
		return elision.Fill(named, name)
	}
	return unnamed
}

func (w *words) greeting(to Recipient) string {
	if name := fullName(to); name != "" {
		return fmt.Sprintf(w.hello, name)
	}
	return w.helloNoName
}

func (w *words) date(t time.Time) string {
	day, month := fmt.Sprint(t.Day()), strings.Fields(w.months)[t.Month()-1]
	if w.lang == "fr" && day == "1" {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %d", day, month, t.Year())
}

// moment says a day and the time of day.
func (w *words) moment(t time.Time) string {
	clock := t.Format("3:04") + map[bool]string{true: " a.m.", false: " p.m."}[t.Hour() < 12]
	if w.lang == "fr" {
		clock = fmt.Sprintf("%d h %02d", t.Hour(), t.Minute())
	}
	return fmt.Sprintf(w.at, w.date(t), clock)
}

// within says a length of time in whole weeks where it is, else in days, rounded up: a promise must not be too short.
func (w *words) within(d time.Duration) string {
	const day = 24 * time.Hour
	n := int((d + day - 1) / day)
	switch {
	case n == 7:
		return w.oneWeek
	case n%7 == 0:
		return fmt.Sprintf(w.weeks, n/7)
	case n == 1:
		return w.oneDay
	default:
		return fmt.Sprintf(w.days, n)
	}
}

// lasting says a short time in minutes, rounded down: a link must not be over before it says.
func (w *words) lasting(d time.Duration) string {
	if n := int(d / time.Minute); n > 1 {
		return fmt.Sprintf(w.minutes, n)
	}
	return w.oneMinute
}

// unbroken keeps a number on one line.
func unbroken(number string) string { return strings.ReplaceAll(number, " ", "\u00a0") }

// reach says how to reach the office.
func (w *words) reach(l links) string {
	c := l.contact
	switch {
	case c.Email != "" && c.Phone != "":
		return fmt.Sprintf(w.contactBoth, c.Email, unbroken(c.Phone))
	case c.Email != "" || c.Phone != "":
		return fmt.Sprintf(w.contactOne, c.Email+unbroken(c.Phone))
	default:
		return w.contactNone
	}
}

// forChild says who acts for a small child; nothing for others, and nothing where the child has no name to say.
func (w *words) forChild(to Recipient) []block {
	if name := fullName(to); to.Child && name != "" {
		return []block{text(elision.Fill(w.child, name))}
	}
	return nil
}
