package mail

import (
	"fmt"
	"strings"
	"time"
)

// words holds every sentence of the e-mails in one language. A test sees to it that none is missing and that both languages
// take the same values.
type words struct {
	lang, colon string

	hello, helloNoName                     string
	returnedSubject, returnedSubjectNoName string
	returnedHeading                        string
	returnedLead, returnedLeadNoDate       string
	returnedByMachine, returnedByOfficer   string
	reasonsTitle, advice, commentTitle     string
	returnedButton, returnedClosing        string
	acceptedSubject, acceptedSubjectNoName string
	acceptedHeading, acceptedLead          string
	acceptedCard                           string
	acceptedButton, acceptedClosing        string
	readySubject, readySubjectNoName       string
	readyHeading, readyLead, readyNext     string
	readyButton                            string
	oneDay, days, oneWeek, weeks           string
	openLink, safety, service, demo        string
	months                                 string
}

func wordsOf(lang string) *words {
	if strings.HasPrefix(strings.ToLower(lang), "fr") {
		return &french
	}
	return &english
}

var english = words{
	lang: "en", colon: ":",
	hello:                 "Hello %s,",
	helloNoName:           "Hello,",
	returnedSubject:       "Photo of %s: please send another one",
	returnedSubjectNoName: "Your photo: please send another one",
	returnedHeading:       "Please send another photo",
	returnedLead:          "We can't use the photo that you sent on %s.",
	returnedLeadNoDate:    "We can't use the photo that you sent.",
	returnedByMachine: "An automatic check decided this. If you think that it is wrong, you can ask a person to look at " +
		"the same photo.",
	returnedByOfficer: "A person in our office looked at your photo and decided this.",
	reasonsTitle:      "Why, and what to do",
	advice:            "What to do:",
	commentTitle:      "A note from the officer",
	returnedButton:    "Send another photo",
	returnedClosing:   "You can try as often as you need. Everything else that you told us is saved.",

	acceptedSubject:       "Photo of %s: accepted",
	acceptedSubjectNoName: "Your photo: accepted",
	acceptedHeading:       "Your photo is accepted",
	acceptedLead:          "A person in our office looked at your photo and accepted it. The card is ordered.",
	acceptedCard:          "It comes by mail. We expect it to reach you within %s.",
	acceptedButton:        "See where your card is",
	acceptedClosing:       "You don't need to do anything now. If there is a problem with the card, we contact you.",

	readySubject:       "Photo of %s: the check is finished",
	readySubjectNoName: "Your photo: the check is finished",
	readyHeading:       "The check of your photo is finished",
	readyLead:          "The automatic check of your photo took longer than usual. It is finished now.",
	readyNext:          "Sign in to see what it found. If you have not sent the photo to our office yet, you can do it there.",
	readyButton:        "See the result",

	oneDay: "one day", days: "%d days", oneWeek: "one week", weeks: "%d weeks",
	openLink: "If the button does not work, open this address:",
	safety:   "We never ask for your password by e-mail.",
	service:  "Permanent residence confirmation portal",
	demo:     "Demonstration, not a government service",
	months:   "January February March April May June July August September October November December",
}

var french = words{
	lang: "fr", colon: " :",
	hello:                 "Bonjour %s,",
	helloNoName:           "Bonjour,",
	returnedSubject:       "Photo de %s : veuillez en envoyer une autre",
	returnedSubjectNoName: "Votre photo : veuillez en envoyer une autre",
	returnedHeading:       "Veuillez envoyer une autre photo",
	returnedLead:          "Nous ne pouvons pas utiliser la photo que vous avez envoyée le %s.",
	returnedLeadNoDate:    "Nous ne pouvons pas utiliser la photo que vous avez envoyée.",
	returnedByMachine: "C’est une vérification automatique qui l’a décidé. Si vous pensez qu’elle se trompe, vous pouvez " +
		"demander à une personne de regarder la même photo.",
	returnedByOfficer: "Une personne de notre bureau a regardé votre photo et l’a décidé.",
	reasonsTitle:      "Pourquoi, et que faire",
	advice:            "Que faire :",
	commentTitle:      "Un mot de l’agent",
	returnedButton:    "Envoyer une autre photo",
	returnedClosing:   "Vous pouvez essayer autant de fois qu’il le faut. Le reste de vos réponses est enregistré.",

	acceptedSubject:       "Photo de %s : acceptée",
	acceptedSubjectNoName: "Votre photo : acceptée",
	acceptedHeading:       "Votre photo est acceptée",
	acceptedLead:          "Une personne de notre bureau a regardé votre photo et l’a acceptée. La carte est commandée.",
	acceptedCard:          "Elle arrive par la poste. Vous devriez la recevoir d’ici %s.",
	acceptedButton:        "Voir où en est votre carte",
	acceptedClosing:       "Vous n’avez rien à faire. S’il y a un problème avec la carte, nous vous écrivons.",

	readySubject:       "Photo de %s : la vérification est terminée",
	readySubjectNoName: "Votre photo : la vérification est terminée",
	readyHeading:       "La vérification de votre photo est terminée",
	readyLead:          "La vérification automatique de votre photo a duré plus longtemps que d’habitude. Elle est terminée.",
	readyNext: "Ouvrez une session pour voir ce qu’elle a trouvé. Si vous n’avez pas encore envoyé la photo à notre " +
		"bureau, vous pouvez le faire à cet endroit.",
	readyButton: "Voir le résultat",

	oneDay: "un jour", days: "%d jours", oneWeek: "une semaine", weeks: "%d semaines",
	openLink: "Si le bouton ne marche pas, ouvrez cette adresse :",
	safety:   "Nous ne demandons jamais votre mot de passe par courriel.",
	service:  "Portail de confirmation de la résidence permanente",
	demo:     "Démonstration, pas un service du gouvernement",
	months:   "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}

// open starts a letter with its subject and greeting; without a name both have their own sentence.
func (w *words) open(to Recipient, subject, subjectNoName string) content {
	name := fullName(to)
	if name == "" {
		return content{Subject: subjectNoName, Hello: w.helloNoName}
	}
	return content{Subject: fmt.Sprintf(subject, name), Hello: fmt.Sprintf(w.hello, name)}
}

func (w *words) sentOn(t time.Time) string {
	if t.IsZero() {
		return w.returnedLeadNoDate
	}
	return fmt.Sprintf(w.returnedLead, w.date(t))
}

func (w *words) date(t time.Time) string {
	day, month := fmt.Sprint(t.Day()), strings.Fields(w.months)[t.Month()-1]
	if w.lang == "fr" && day == "1" {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %d", day, month, t.Year())
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
