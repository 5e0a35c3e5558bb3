package mail

// photoWords are those of e-mails about the photo.
type photoWords struct {
	submittedSubject, submittedSubjectNoName string
	submittedHeading, submittedLead          string
	reference, submittedNext                 string
	submittedNextCheck, submittedNextPerson  string
	submittedNextMail, submittedLocked       string
	statusButton                             string

	returnedSubject, returnedSubjectNoName string
	returnedHeading                        string
	returnedLead, returnedLeadNoDate       string
	returnedByMachine, returnedByOfficer   string
	reasonsTitle, advice, commentTitle     string
	returnedButton, returnedClosing        string
	askTitle, askMachine, askOfficer       string

	acceptedSubject, acceptedSubjectNoName string
	acceptedHeading, acceptedLead          string
	acceptedOrdered, acceptedHeld          string
	acceptedBy, acceptedWithin             string
	acceptedCity, acceptedClosing          string
	acceptedButton, acceptedMoved          string

	readySubject, readySubjectNoName   string
	readyHeading, readyLead, readyNext string
	readyButton                        string
}

var englishPhoto = photoWords{
	submittedSubject:       "Photo of %s: we have it",
	submittedSubjectNoName: "Your photo: we have it",
	submittedHeading:       "We have your photo",
	submittedLead:          "You submitted your photo on %s. Keep this reference: you need it if you write to us or call.",
	reference:              "Your reference",
	submittedNext:          "What happens next",
	submittedNextCheck:     "An automatic check looks for clear problems. If it finds one, we write to you soon.",
	submittedNextPerson:    "Then a person in our office looks at your photo. Only a person can accept it.",
	submittedNextMail:      "You get an e-mail when there is a decision.",
	submittedLocked:        "You don’t have to do anything now. You can’t change the photo while we look at it.",
	statusButton:           "See the status of your photo",

	returnedSubject:       "Photo of %s: please send another one",
	returnedSubjectNoName: "Your photo: please send another one",
	returnedHeading:       "Please send another photo",
	returnedLead:          "We can’t use the photo that you sent on %s.",
	returnedLeadNoDate:    "We can’t use the photo that you sent.",
	returnedByMachine:     "An automatic check decided this. No person has looked at the photo.",
	returnedByOfficer:     "A person in our office looked at your photo and decided this.",
	reasonsTitle:          "Why, and what to do",
	advice:                "What to do:",
	commentTitle:          "A note from our office",
	returnedButton:        "Send another photo",
	returnedClosing:       "You can try as often as you need. Everything else that you told us is saved.",
	askTitle:              "Or ask a person to look at it",
	askMachine: "Do you think that the check is wrong? When you have signed in, you can ask a person in our office to look " +
		"at this same photo. That takes longer than sending another photo.",
	askOfficer: "Do you think that the decision is wrong? When you have signed in, you can ask a person in our office to " +
		"look at this same photo again. That takes longer than sending another photo.",

	acceptedSubject:       "Photo of %s: accepted",
	acceptedSubjectNoName: "Your photo: accepted",
	acceptedHeading:       "Your photo is accepted",
	acceptedLead:          "A person in our office looked at your photo and accepted it.",
	acceptedOrdered:       "Your permanent resident card is ordered. We mail it to you.",
	acceptedHeld: "We don’t order your card yet: something has to be settled first. Sign in to see what it is. You get an " +
		"e-mail when the card is ordered.",
	acceptedBy:      "We expect it to reach you by %s.",
	acceptedWithin:  "We expect it to reach you within %s.",
	acceptedCity:    "It goes to your postal address in %s. That address can’t be changed in the portal any more.",
	acceptedMoved:   "If you move before the card comes, tell us on the same page.",
	acceptedButton:  "See where your card is",
	acceptedClosing: "You don’t have to do anything now. If there is a problem with the card, we contact you.",

	readySubject:       "Photo of %s: the check is finished",
	readySubjectNoName: "Your photo: the check is finished",
	readyHeading:       "The check of your photo is finished",
	readyLead:          "The automatic check of your photo took longer than usual. It is finished now.",
	readyNext:          "Sign in to see what it found. If you have not submitted the photo yet, you can do it there.",
	readyButton:        "See the result",
}

var frenchPhoto = photoWords{
	submittedSubject:       "Photo de %s : nous l’avons reçue",
	submittedSubjectNoName: "Votre photo : nous l’avons reçue",
	submittedHeading:       "Nous avons votre photo",
	submittedLead: "Vous avez soumis votre photo le %s. Gardez cette référence : il vous la faut si vous nous écrivez ou nous " +
		"appelez.",
	reference:     "Votre référence",
	submittedNext: "La suite",
	submittedNextCheck: "Une vérification automatique cherche les problèmes évidents. Si elle en trouve un, nous vous " +
		"écrirons bientôt.",
	submittedNextPerson: "Ensuite, une personne de notre bureau regarde votre photo. Seule une personne peut l’accepter.",
	submittedNextMail:   "Vous recevrez un courriel quand il y aura une décision.",
	submittedLocked: "Vous n’avez rien à faire maintenant. Vous ne pouvez pas changer la photo pendant que nous la " +
		"regardons.",
	statusButton: "Voir l’état de votre photo",

	returnedSubject:       "Photo de %s : veuillez en envoyer une autre",
	returnedSubjectNoName: "Votre photo : veuillez en envoyer une autre",
	returnedHeading:       "Veuillez envoyer une autre photo",
	returnedLead:          "Nous ne pouvons pas utiliser la photo que vous avez envoyée le %s.",
	returnedLeadNoDate:    "Nous ne pouvons pas utiliser la photo que vous avez envoyée.",
	returnedByMachine:     "C’est une vérification automatique qui l’a décidé. Aucune personne n’a regardé la photo.",
	returnedByOfficer:     "Une personne de notre bureau a regardé votre photo. C’est elle qui l’a décidé.",
	reasonsTitle:          "Pourquoi, et que faire",
	advice:                "Que faire :",
	commentTitle:          "Un mot de notre bureau",
	returnedButton:        "Envoyer une autre photo",
	returnedClosing:       "Vous pouvez essayer autant de fois qu’il le faut. Le reste de vos réponses est enregistré.",
	askTitle:              "Ou demander qu’une personne la regarde",
	askMachine: "Vous pensez que la vérification se trompe? Ouvrez une session : vous pourrez demander qu’une personne de " +
		"notre bureau regarde cette même photo. Cela prend plus de temps que d’envoyer une autre photo.",
	askOfficer: "Vous pensez que la décision est mauvaise? Ouvrez une session : vous pourrez demander qu’une personne de " +
		"notre bureau regarde de nouveau cette même photo. Cela prend plus de temps que d’envoyer une autre photo.",

	acceptedSubject:       "Photo de %s : acceptée",
	acceptedSubjectNoName: "Votre photo : acceptée",
	acceptedHeading:       "Votre photo est acceptée",
	acceptedLead:          "Une personne de notre bureau a regardé votre photo et l’a acceptée.",
	acceptedOrdered:       "Votre carte de résident permanent est commandée. Elle arrivera par la poste.",
	acceptedHeld: "Nous ne commandons pas encore votre carte : il faut d’abord régler quelque chose. Ouvrez une session pour " +
		"voir quoi. Vous recevrez un courriel quand la carte sera commandée.",
	acceptedBy:      "Vous devriez la recevoir au plus tard le %s.",
	acceptedWithin:  "Vous devriez la recevoir d’ici %s.",
	acceptedCity:    "Elle va à votre adresse postale, à %s. Cette adresse ne peut plus être changée dans le portail.",
	acceptedMoved:   "Si vous déménagez avant l’arrivée de la carte, dites-le-nous à la même page.",
	acceptedButton:  "Voir où en est votre carte",
	acceptedClosing: "Vous n’avez rien à faire maintenant. S’il y a un problème avec la carte, nous communiquerons avec vous.",

	readySubject:       "Photo de %s : la vérification est terminée",
	readySubjectNoName: "Votre photo : la vérification est terminée",
	readyHeading:       "La vérification de votre photo est terminée",
	readyLead: "La vérification automatique de votre photo a pris plus de temps que d’habitude. Elle est maintenant " +
		"terminée.",
	readyNext: "Ouvrez une session pour voir ce qu’elle a trouvé. Si vous n’avez pas encore soumis la photo, vous pourrez le " +
		"faire là.",
	readyButton: "Voir le résultat",
}
