package mail

// accountWords are those of credentials and of notices about an account.
type accountWords struct {
	username, password, passwordUntil string
	notYou, notYouMail, notAsked      string

	credentialsSubject, credentialsSubjectNoName string
	credentialsHeading, credentialsLead          string
	credentialsButton, credentialsTitle          string
	credentialsOpen, credentialsEnter            string
	credentialsEnterChild                        string
	credentialsChoose, credentialsOver           string
	credentialsShareTitle, credentialsShare      string
	credentialsFamily                            string

	resetSubject, resetSubjectNoName     string
	resetHeading, resetLead, resetButton string
	resetLink                            string

	usernameSubject, usernameSubjectNoName     string
	usernameHeading, usernameLead, usernameBtn string
	usernameForgot                             string

	passwordSubject, passwordSubjectNoName string
	passwordHeading, passwordLead          string
	passwordEnded, passwordButton          string

	emailSubject, emailSubjectNoName             string
	emailHeading                                 string
	emailBySelf, emailByFamily, emailByOffice    string
	emailToOld, emailToNew, emailNothing         string
	emailStranger, emailButton                   string
	addressSubject, addressSubjectNoName         string
	addressHeading, addressLead, addressNotShown string
	addressButton                                string
}

var englishAccount = accountWords{ //nolint:gosec // words about passwords, no password
	username:      "Username",
	password:      "Temporary password",
	passwordUntil: "Valid until",
	notYou: "Was it not you? Choose a new password at once. If yours does not work any more, the sign-in page helps you. " +
		"Then tell us.",
	notYouMail: "Was it not you? Tell us at once.",
	notAsked:   "If you did not ask for this, you don’t have to do anything. Nothing has changed.",

	credentialsSubject:       "Account of %s: sign in to the portal",
	credentialsSubjectNoName: "Your account: sign in to the portal",
	credentialsHeading:       "Your account is ready",
	credentialsLead:          "You can sign in to the portal now. This is what you need the first time:",
	credentialsButton:        "Sign in for the first time",
	credentialsTitle:         "How it works",
	credentialsOpen:          "Open the portal with the button above.",
	credentialsEnter:         "Enter the username, the temporary password and your birth date.",
	credentialsEnterChild:    "Enter the username, the temporary password and the child’s birth date.",
	credentialsChoose: "Choose a password of your own: at least 15 characters, for example four words. From then on, sign in " +
		"with that one.",
	credentialsOver: "The temporary password works only for this, and only until the day above. After that day, sign in with " +
		"it all the same: you can then ask for a new one.",
	credentialsShareTitle: "Keep it for yourself",
	credentialsShare:      "Never share your username or password, not even with a representative.",
	credentialsFamily:     "Each person of a family has an account of their own, and gets an e-mail of their own.",

	resetSubject:       "Account of %s: choose a new password",
	resetSubjectNoName: "Your account: choose a new password",
	resetHeading:       "Choose a new password",
	resetLead:          "Somebody asked for a new password for your account. If it was you, use this link:",
	resetButton:        "Choose a new password",
	resetLink: "The link works once, and only for %s after we sent this e-mail. Until you use it, your old password stays as " +
		"it is.",

	usernameSubject:       "Account of %s: your username",
	usernameSubjectNoName: "Your account: your username",
	usernameHeading:       "Your username",
	usernameLead:          "Somebody asked for the username of your account.",
	usernameBtn:           "Sign in",
	usernameForgot:        "If you don’t know your password either, you can ask for a new one on the sign-in page.",

	passwordSubject:       "Account of %s: the password was changed",
	passwordSubjectNoName: "Your account: the password was changed",
	passwordHeading:       "Your password was changed",
	passwordLead:          "The password of your account was changed on %s.",
	passwordEnded:         "You were signed out on all other devices. Sign in there again with the new password.",
	passwordButton:        "Go to your account",

	emailSubject:       "Account of %s: the e-mail address was changed",
	emailSubjectNoName: "Your account: the e-mail address was changed",
	emailHeading:       "Your e-mail address was changed",
	emailBySelf:        "You changed your e-mail address in the portal on %s.",
	emailByFamily:      "The main applicant on your application changed your e-mail address on %s.",
	emailByOffice:      "Our office changed your e-mail address on %s.",
	emailToOld:         "From now on we write to %s, and no longer to this address.",
	emailToNew:         "From now on we write to this address. We told the old one, too.",
	emailNothing:       "If this is right, you don’t have to do anything.",
	emailStranger: "If you don’t know this person, there may be a mistake in the address. Please tell us, and delete this " +
		"e-mail.",
	emailButton: "Go to your account",

	addressSubject:       "Address of %s: changed",
	addressSubjectNoName: "Your address: changed",
	addressHeading:       "Your address was changed",
	addressLead:          "Your home or postal address was changed in your account on %s. We mail your card to the postal address.",
	addressNotShown:      "For your safety, the address is not in this e-mail. You see it when you sign in.",
	addressButton:        "See your address",
}

var frenchAccount = accountWords{ //nolint:gosec // words about passwords, no password
	username:      "Nom d’utilisateur",
	password:      "Mot de passe temporaire",
	passwordUntil: "Valide jusqu’au",
	notYou: "Ce n’était pas vous? Choisissez tout de suite un nouveau mot de passe. Si le vôtre ne fonctionne plus, la page " +
		"d’ouverture de session vous aide. Ensuite, dites-le-nous.",
	notYouMail: "Ce n’était pas vous? Dites-le-nous tout de suite.",
	notAsked:   "Si vous n’avez rien demandé, vous n’avez rien à faire. Rien n’a changé.",

	credentialsSubject:       "Compte de %s : ouvrez une session dans le portail",
	credentialsSubjectNoName: "Votre compte : ouvrez une session dans le portail",
	credentialsHeading:       "Votre compte est prêt",
	credentialsLead: "Vous pouvez maintenant ouvrir une session dans le portail. Voici ce qu’il vous faut la " +
		"première fois :",
	credentialsButton:     "Ouvrir une session pour la première fois",
	credentialsTitle:      "Comment faire",
	credentialsOpen:       "Ouvrez le portail avec le bouton ci-dessus.",
	credentialsEnter:      "Entrez le nom d’utilisateur, le mot de passe temporaire et votre date de naissance.",
	credentialsEnterChild: "Entrez le nom d’utilisateur, le mot de passe temporaire et la date de naissance de l’enfant.",
	credentialsChoose: "Choisissez votre propre mot de passe : au moins 15 caractères, par exemple quatre mots. Ensuite, " +
		"ouvrez vos sessions avec celui-là.",
	credentialsOver: "Le mot de passe temporaire sert seulement à cela, et seulement jusqu’au jour indiqué ci-dessus. Après " +
		"ce jour, utilisez-le quand même : vous pourrez en demander un nouveau.",
	credentialsShareTitle: "Gardez-le pour vous",
	credentialsShare: "Ne donnez jamais votre nom d’utilisateur ni votre mot de passe, même à une personne qui vous " +
		"représente.",
	credentialsFamily: "Chaque personne d’une famille a son propre compte et reçoit son propre courriel.",

	resetSubject:       "Compte de %s : choisissez un nouveau mot de passe",
	resetSubjectNoName: "Votre compte : choisissez un nouveau mot de passe",
	resetHeading:       "Choisissez un nouveau mot de passe",
	resetLead:          "Quelqu’un a demandé un nouveau mot de passe pour votre compte. Si c’était vous, utilisez ce lien :",
	resetButton:        "Choisir un nouveau mot de passe",
	resetLink: "Le lien fonctionne une seule fois, et seulement pendant %s après l’envoi de ce courriel. Tant que vous ne " +
		"l’utilisez pas, " +
		"votre ancien mot de passe reste valide.",

	usernameSubject:       "Compte de %s : votre nom d’utilisateur",
	usernameSubjectNoName: "Votre compte : votre nom d’utilisateur",
	usernameHeading:       "Votre nom d’utilisateur",
	usernameLead:          "Quelqu’un a demandé le nom d’utilisateur de votre compte.",
	usernameBtn:           "Ouvrir une session",
	usernameForgot: "Si vous avez aussi oublié votre mot de passe, vous pouvez en demander un nouveau à la page d’ouverture " +
		"de session.",

	passwordSubject:       "Compte de %s : le mot de passe a été changé",
	passwordSubjectNoName: "Votre compte : le mot de passe a été changé",
	passwordHeading:       "Votre mot de passe a été changé",
	passwordLead:          "Le mot de passe de votre compte a été changé le %s.",
	passwordEnded: "Votre session s’est fermée sur tous les autres appareils. Ouvrez-y une session avec le nouveau mot " +
		"de passe.",
	passwordButton: "Aller à votre compte",

	emailSubject:       "Compte de %s : l’adresse courriel a été changée",
	emailSubjectNoName: "Votre compte : l’adresse courriel a été changée",
	emailHeading:       "Votre adresse courriel a été changée",
	emailBySelf:        "Vous avez changé votre adresse courriel dans le portail le %s.",
	emailByFamily:      "La personne responsable de votre demande a changé votre adresse courriel le %s.",
	emailByOffice:      "Notre bureau a changé votre adresse courriel le %s.",
	emailToOld:         "À partir de maintenant, nous écrivons à %s et non plus à cette adresse.",
	emailToNew:         "À partir de maintenant, nous écrivons à cette adresse. Nous avons aussi prévenu l’ancienne.",
	emailNothing:       "Si c’est exact, vous n’avez rien à faire.",
	emailStranger: "Si vous ne connaissez pas cette personne, il y a peut-être une erreur dans l’adresse. Dites-le-nous, " +
		"s’il vous plaît, et supprimez ce courriel.",
	emailButton: "Aller à votre compte",

	addressSubject:       "Adresse de %s : changée",
	addressSubjectNoName: "Votre adresse : changée",
	addressHeading:       "Votre adresse a été changée",
	addressLead: "L’adresse de votre domicile ou votre adresse postale a été changée dans votre compte le %s. Nous postons " +
		"votre carte à l’adresse postale.",
	addressNotShown: "Pour votre sécurité, l’adresse n’est pas dans ce courriel. Vous la voyez quand vous ouvrez une " +
		"session.",
	addressButton: "Voir votre adresse",
}
