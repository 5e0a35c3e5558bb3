package mail

// proofWords are those of e-mails about the proof of status.
type proofWords struct {
	readySubject, readySubjectNoName       string
	readyHeading, readyLead, readyUse      string
	readyButton, readyCopy                 string
	revokedSubject, revokedSubjectNoName   string
	revokedHeading, revokedLead            string
	revokedNext, revokedAsk, revokedButton string
}

var englishProof = proofWords{
	readySubject:       "Proof of status of %s: ready",
	readySubjectNoName: "Your proof of status: ready",
	readyHeading:       "Your proof of permanent resident status is ready",
	readyLead: "You can now download your electronic proof of permanent resident status. It is a PDF file, in English and " +
		"French.",
	readyUse: "You can use it, for example, to ask for a social insurance number or a health card. It is not " +
		"a travel document.",
	readyButton: "Download your proof of status",
	readyCopy:   "Save the file or print it. Show it only to people who need to see it.",

	revokedSubject:       "Proof of status of %s: not valid any more",
	revokedSubjectNoName: "Your proof of status: not valid any more",
	revokedHeading:       "Your proof of status is not valid any more",
	revokedLead:          "Our office has revoked your electronic proof of permanent resident status. Please don’t use it any more.",
	revokedNext:          "This may be because something on it was wrong. It says nothing about your status itself.",
	revokedAsk:           "Do you want to know why, or do you need a new one?",
	revokedButton:        "See your proof of status",
}

var frenchProof = proofWords{
	readySubject:       "Preuve de statut de %s : prête",
	readySubjectNoName: "Votre preuve de statut : prête",
	readyHeading:       "Votre preuve de statut de résident permanent est prête",
	readyLead: "Vous pouvez maintenant télécharger votre preuve électronique de statut de résident permanent. C’est un " +
		"fichier PDF, en français et en anglais.",
	readyUse: "Elle peut servir, par exemple, à demander un numéro d’assurance sociale ou une carte " +
		"d’assurance maladie. Ce n’est pas un titre de voyage.",
	readyButton: "Télécharger votre preuve de statut",
	readyCopy:   "Enregistrez le fichier ou imprimez-le. Montrez-le seulement aux personnes qui doivent le voir.",

	revokedSubject:       "Preuve de statut de %s : plus valide",
	revokedSubjectNoName: "Votre preuve de statut : plus valide",
	revokedHeading:       "Votre preuve de statut n’est plus valide",
	revokedLead: "Notre bureau a révoqué votre preuve électronique de statut de résident permanent. Veuillez ne plus " +
		"l’utiliser.",
	revokedNext:   "C’est peut-être parce qu’elle contenait une erreur. Cela ne dit rien de votre statut lui-même.",
	revokedAsk:    "Voulez-vous savoir pourquoi, ou vous en faut-il une nouvelle?",
	revokedButton: "Voir votre preuve de statut",
}
