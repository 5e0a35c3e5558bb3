package mail

// cardWords are those of e-mails about the card.
type cardWords struct {
	button string

	heldSubject, heldSubjectNoName     string
	heldHeading, heldLead, heldNext    string
	heldAddress, heldAddressNext       string
	heldGive                           string
	mailedSubject, mailedSubjectNoName string
	mailedHeading, mailedLead          string
	mailedCity, mailedNotCome          string
	mailedCheck                        string
	backSubject, backSubjectNoName     string
	backHeading, backLead, backNext    string
	backMoved                          string
}

var englishCard = cardWords{
	button: "See where your card is",

	heldSubject:       "Card of %s: not ordered yet",
	heldSubjectNoName: "Your card: not ordered yet",
	heldHeading:       "Your card is not ordered yet",
	heldLead: "Your photo is accepted. We don’t order your permanent resident card yet, because you told us that your name or birth " +
		"date is not right.",
	heldNext: "Our office looks at what you told us, and then orders the card. You get an e-mail. You don’t have to do anything now: " +
		"if we need something from you, we write to you.",
	heldAddress: "Your photo is accepted. We don’t order your permanent resident card yet, because we don’t know where to mail it: " +
		"we have no postal address in Canada from you.",
	heldAddressNext: "Sign in and give your home address and your postal address. Then we order the card. If you have not answered our " +
		"invitation yet, do that first.",
	heldGive: "Give your address",

	mailedSubject:       "Card of %s: mailed",
	mailedSubjectNoName: "Your card: mailed",
	mailedHeading:       "Your card is on its way",
	mailedLead:          "Your permanent resident card was mailed on %s.",
	mailedCity:          "It goes to your postal address in %s.",
	mailedCheck:         "When it comes, check that your name, birth date and photo are right.",
	mailedNotCome:       "If something is wrong with it, if it does not come, or if you have moved, tell us in the portal.",

	backSubject:       "Card of %s: it came back to us",
	backSubjectNoName: "Your card: it came back to us",
	backHeading:       "Your card came back to us",
	backLead: "We mailed your permanent resident card, but it could not be delivered and came back to us. It is safe with " +
		"us.",
	backNext:  "Sign in and tell us where it should go. Is the postal address right? Is your name on the mailbox?",
	backMoved: "We mail it again when we know.",
}

var frenchCard = cardWords{
	button: "Voir où en est votre carte",

	heldSubject:       "Carte de %s : pas encore commandée",
	heldSubjectNoName: "Votre carte : pas encore commandée",
	heldHeading:       "Votre carte n’est pas encore commandée",
	heldLead: "Votre photo est acceptée. Nous ne commandons pas encore votre carte de résident permanent, parce que vous nous avez dit " +
		"que votre nom ou votre date de naissance n’est pas exact.",
	heldNext: "Notre bureau examine ce que vous nous avez dit, puis commande la carte. Vous recevrez un courriel. Vous n’avez rien à " +
		"faire maintenant : s’il nous faut quelque chose de vous, nous vous écrirons.",
	heldAddress: "Votre photo est acceptée. Nous ne commandons pas encore votre carte de résident permanent, parce que nous ne savons " +
		"pas où la poster : vous ne nous avez pas donné d’adresse postale au Canada.",
	heldAddressNext: "Ouvrez une session et donnez l’adresse de votre domicile et votre adresse postale. Ensuite, nous commandons la " +
		"carte. Si vous n’avez pas encore répondu à notre invitation, faites-le d’abord.",
	heldGive: "Donner votre adresse",

	mailedSubject:       "Carte de %s : postée",
	mailedSubjectNoName: "Votre carte : postée",
	mailedHeading:       "Votre carte est en route",
	mailedLead:          "Votre carte de résident permanent a été postée le %s.",
	mailedCity:          "Elle va à votre adresse postale, à %s.",
	mailedCheck:         "Quand elle arrive, vérifiez que votre nom, votre date de naissance et votre photo sont les bons.",
	mailedNotCome: "Si quelque chose n’est pas exact, si elle n’arrive pas ou si vous avez déménagé, dites-le-nous dans le " +
		"portail.",

	backSubject:       "Carte de %s : elle nous est revenue",
	backSubjectNoName: "Votre carte : elle nous est revenue",
	backHeading:       "Votre carte nous est revenue",
	backLead: "Nous avons posté votre carte de résident permanent, mais elle n’a pas pu être livrée et nous est revenue. Elle " +
		"est chez nous, en sécurité.",
	backNext: "Ouvrez une session et dites-nous où elle doit aller. L’adresse postale est-elle la bonne? Votre nom est-il " +
		"sur la boîte aux lettres?",
	backMoved: "Nous la posterons de nouveau quand nous le saurons.",
}
