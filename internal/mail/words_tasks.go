package mail

// taskWords are those of the reminder to who has gone silent after signing in, and of messages from the office.
type taskWords struct {
	subject, subjectNoName            string
	heading, lead, left               string
	declare, notInCanada, home        string
	postal, photo, submit, photoAgain string
	button, saved, help               string

	messageSubject, messageSubjectNoName string
	messageHeading, messageLead          string
	messageNext, messageButton           string
}

var englishTasks = taskWords{
	subject:       "Permanent residence of %s: not finished yet",
	subjectNoName: "Permanent residence: not finished yet",
	heading:       "A few steps are left",
	lead:          "You have begun to confirm your permanent residence. Some steps are left. Without them we can’t order your card.",
	left:          "What is left to do",
	declare:       "Tell us that you are in Canada.",
	notInCanada:   "You told us that you are not in Canada. When you have arrived in Canada, tell us.",
	home:          "Give your home address.",
	postal:        "Give your postal address: we mail the card there.",
	photo:         "Send your photo.",
	submit:        "Check your answers and submit your photo.",
	photoAgain:    "Send another photo: we could not use the last one. You can also ask a person to look at it.",
	button:        "Go on where you stopped",
	saved:         "Everything that you told us is saved.",
	help:          "Is something too hard, or does it not work?",

	messageSubject:       "Message from our office for %s",
	messageSubjectNoName: "A message from our office",
	messageHeading:       "You have a message",
	messageLead: "Our office has written to you about your permanent residence. For your safety, the message is not in this " +
		"e-mail.",
	messageNext:   "Sign in to read it. If we ask you for something, the message says what to do.",
	messageButton: "Read the message",
}

var frenchTasks = taskWords{
	subject:       "Résidence permanente de %s : pas encore terminé",
	subjectNoName: "Résidence permanente : pas encore terminé",
	heading:       "Il reste quelques étapes",
	lead: "Vous avez commencé à confirmer votre résidence permanente. Il reste quelques étapes. Sans elles, nous ne pouvons " +
		"pas commander votre carte.",
	left:        "Ce qui reste à faire",
	declare:     "Dites-nous que vous êtes au Canada.",
	notInCanada: "Vous nous avez dit que vous n’êtes pas au Canada. Quand vous serez au Canada, dites-le-nous.",
	home:        "Donnez l’adresse de votre domicile.",
	postal:      "Donnez votre adresse postale : nous y postons la carte.",
	photo:       "Envoyez votre photo.",
	submit:      "Vérifiez vos réponses et soumettez votre photo.",
	photoAgain: "Envoyez une autre photo : nous n’avons pas pu utiliser la dernière. Vous pouvez aussi demander qu’une " +
		"personne la regarde.",
	button: "Continuer là où vous étiez",
	saved:  "Tout ce que vous nous avez dit est enregistré.",
	help:   "Quelque chose est trop difficile ou ne fonctionne pas?",

	messageSubject:       "Message de notre bureau pour %s",
	messageSubjectNoName: "Un message de notre bureau",
	messageHeading:       "Vous avez un message",
	messageLead: "Notre bureau vous a écrit au sujet de votre résidence permanente. Pour votre sécurité, le message n’est pas " +
		"dans ce courriel.",
	messageNext:   "Ouvrez une session pour le lire. Si nous vous demandons quelque chose, le message dit quoi faire.",
	messageButton: "Lire le message",
}
