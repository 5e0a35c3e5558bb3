package mail

// invitationWords are those of the invitation, its reminders, and the answer to who declines.
type invitationWords struct {
	subject, subjectNoName                 string
	heading, lead, link                    string
	button                                 string
	askTitle, askBirthDate, askPortal      string
	askBirthDateChild                      string
	askAddress, askList                    string
	nothing, own                           string
	helpTitle, help                        string
	decline                                string
	remindSubject, remindSubjectNoName     string
	remindHeading, remindLead, remindAfter string

	declinedSubject, declinedSubjectNoName string
	declinedHeading, declinedLead          string
	declinedHow, declinedAsk               string
	declinedTell, declinedBack             string
}

var englishInvitation = invitationWords{
	subject:       "Permanent residence of %s: your invitation",
	subjectNoName: "Permanent residence: your invitation",
	heading:       "Confirm your permanent residence online",
	lead: "Your application for permanent residence is approved. You can do the next steps online, without an interview. You " +
		"tell us that you are in Canada, give your address, and send the photo for your permanent resident card.",
	link:              "This link is for you alone. It works until %s.",
	button:            "Open your invitation",
	askTitle:          "What we ask you",
	askBirthDate:      "First your birth date, so that nobody else sees your details.",
	askBirthDateChild: "First the child’s birth date, so that nobody else sees these details.",
	askPortal:         "Do you want to use the portal?",
	askAddress:        "Is this your e-mail address?",
	askList:           "Are the e-mail addresses right, one for each person on your application?",
	nothing: "Opening the link changes nothing. Only the buttons on the pages do. When you have answered, you get a second " +
		"e-mail to sign in with.",
	own: "Each person on the application gets an invitation of their own. Please answer for the person named above " +
		"only.",
	helpTitle:           "If you can’t use the portal",
	help:                "Is it because of a disability, or for another special need? We find another way together.",
	decline:             "If you don’t want to use the portal, open the link and say so. We then tell you how to finish without it.",
	remindSubject:       "Permanent residence of %s: please answer your invitation",
	remindSubjectNoName: "Permanent residence: please answer your invitation",
	remindHeading:       "Please answer your invitation",
	remindLead: "We invited you to confirm your permanent residence online. We have no answer from you yet. It takes a few " +
		"minutes. Open the link and answer the questions. Then you are on the way to your permanent resident card.",
	remindAfter: "After that day, the link does not work any more. Our office then has to reach you in another way, and that " +
		"takes longer.",

	declinedSubject:       "Permanent residence of %s: how to finish without the portal",
	declinedSubjectNoName: "Permanent residence: how to finish without the portal",
	declinedHeading:       "You finish without the portal",
	declinedLead: "You told us that you don’t want to use the portal. That is fine. It changes nothing about your " +
		"application.",
	declinedHow: "You confirm your permanent residence with a person in our office. Our office contacts you and tells you the next " +
		"steps. This takes longer. You don’t have to do anything now.",
	declinedAsk:  "Do you have a question?",
	declinedTell: "Tell us your full name and your client ID (UCI).",
	declinedBack: "Did you change your mind? Open the link of your invitation again. It works as long as our office has not begun with " +
		"the other way. After that, or if it was not you who answered, write to us. We can invite you again.",
}

var frenchInvitation = invitationWords{
	subject:       "Résidence permanente de %s : votre invitation",
	subjectNoName: "Résidence permanente : votre invitation",
	heading:       "Confirmez votre résidence permanente en ligne",
	lead: "Votre demande de résidence permanente est approuvée. Vous pouvez faire les prochaines étapes en ligne, sans " +
		"entrevue. Vous nous dites que vous êtes au Canada, vous donnez votre adresse et vous envoyez la photo de votre " +
		"carte de résident permanent.",
	link:              "Ce lien est pour vous seulement. Il fonctionne jusqu’au %s.",
	button:            "Ouvrir votre invitation",
	askTitle:          "Ce que nous vous demandons",
	askBirthDate:      "D’abord votre date de naissance, pour que personne d’autre ne voie vos renseignements.",
	askBirthDateChild: "D’abord la date de naissance de l’enfant, pour que personne d’autre ne voie ces renseignements.",
	askPortal:         "Voulez-vous utiliser le portail?",
	askAddress:        "Est-ce bien votre adresse courriel?",
	askList:           "Les adresses courriel sont-elles bonnes, une pour chaque personne de votre demande?",
	nothing: "Ouvrir le lien ne change rien. Seuls les boutons des pages changent quelque chose. Après vos réponses, vous " +
		"recevrez un deuxième courriel pour ouvrir une session.",
	own: "Chaque personne de la demande reçoit sa propre invitation. Répondez seulement pour la personne nommée " +
		"ci-dessus.",
	helpTitle: "Si vous ne pouvez pas utiliser le portail",
	help:      "Est-ce à cause d’un handicap ou d’un autre besoin particulier? Nous trouverons ensemble une autre façon.",
	decline: "Si vous ne voulez pas utiliser le portail, ouvrez le lien et dites-le. Nous vous dirons alors comment terminer " +
		"sans le portail.",
	remindSubject:       "Résidence permanente de %s : veuillez répondre à votre invitation",
	remindSubjectNoName: "Résidence permanente : veuillez répondre à votre invitation",
	remindHeading:       "Veuillez répondre à votre invitation",
	remindLead: "Nous vous avons envoyé une invitation à confirmer votre résidence permanente en ligne. Nous n’avons pas " +
		"encore votre réponse. Cela prend quelques minutes. Ouvrez le lien et répondez aux questions : vous serez alors en " +
		"route vers votre carte de résident permanent.",
	remindAfter: "Après ce jour, le lien ne fonctionne plus. Notre bureau doit alors vous joindre autrement, et cela " +
		"prend plus de temps.",

	declinedSubject:       "Résidence permanente de %s : comment terminer sans le portail",
	declinedSubjectNoName: "Résidence permanente : comment terminer sans le portail",
	declinedHeading:       "Vous terminez sans le portail",
	declinedLead: "Vous nous avez dit que vous ne voulez pas utiliser le portail. Ce n’est pas un problème. Cela " +
		"ne change rien à votre demande.",
	declinedHow: "Vous confirmez votre résidence permanente avec une personne de notre bureau. Notre bureau communiquera avec vous et " +
		"vous dira les prochaines étapes. Cela prend plus de temps. Vous n’avez rien à faire maintenant.",
	declinedAsk:  "Avez-vous une question?",
	declinedTell: "Dites-nous votre nom complet et votre numéro de client (IUC).",
	declinedBack: "Avez-vous changé d’avis? Ouvrez de nouveau le lien de votre invitation. Il fonctionne tant que notre bureau n’a pas " +
		"commencé l’autre façon. Ensuite, ou si quelqu’un d’autre a répondu à votre place, écrivez-nous. Nous pouvons vous inviter de nouveau.",
}
