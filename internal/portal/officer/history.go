package officer

import (
	"fmt"
	"slices"

	"prportal.example/internal/store"
)

var historyActions = []string{
	"upload", "verdict", "submit", "auto_return", "queue", "ask_person", "view", "skip", "accept", "return", "undo",
	"release_accept", "release_return", "ask_again", "mail_failed", "language", "boxes", "crop",
	"declare", "address", "details_check", "remind",
	"details_changed", "withdrawn", "approved_again", "photo_deleted",
	"mail_bounced", "mail_dropped",
	"proof_request", "proof_confirm", "proof_issue", "proof_revoke",
	"invitation_sent", "invitation_confirmed", "invitation_declined", "invitation_list", "invitation_not_right", "invitation_address",
	"invitation_released", "invitation_again", "invitation_silent", "invitation_bounced",
	"account_opened", "account_closed", "temporary_password", "own_password", "password_changed", "password_reset", "email_changed",
}

// historyText says what an entry records; an action that this page has no words for stands as its code.
func historyText(e store.Entry, say say) string {
	if !slices.Contains(historyActions, e.Action) && !slices.Contains(officeActions, e.Action) {
		return e.Action
	}
	switch e.Action {
	case "release_accept":
		if e.Detail["card"] == string(store.CardHeld) {
			return say("history_release_accept_held")
		}
	case "office_done":
		kind := fmt.Sprint(e.Detail["kind"])
		if slices.Contains(store.OfficeTaskKinds(), store.OfficeTaskKind(kind)) {
			kind = say("office_kind_" + kind)
		}
		return say("history_office_done", kind, outcomeText(fmt.Sprint(e.Detail["outcome"]), say))
	case "verdict":
		decision := fmt.Sprint(e.Detail["decision"])
		if slices.Contains([]string{"pass", "review", "return"}, decision) {
			decision = say("verdict_" + decision)
		}
		return say("history_verdict", decision)
	case "skip":
		why := fmt.Sprint(e.Detail["reason"])
		if slices.Contains(skipReasons, why) {
			why = say("skip_" + why)
		}
		return say("history_skip", why)
	}
	return say("history_" + e.Action)
}

// whoText says who did it: officers by their username, applicants never by name.
func whoText(e store.Entry, me store.Account, names map[string]string, say say) string {
	switch e.Actor {
	case store.ActorOfficer:
		if e.ActorID == me.ID {
			return say("who_me")
		}
		return say("who_officer", names[e.ActorID])
	case store.ActorApplicant:
		return say("who_applicant")
	case store.ActorOffice:
		return say("who_office")
	case store.ActorMachine:
	}
	return say("who_machine")
}
