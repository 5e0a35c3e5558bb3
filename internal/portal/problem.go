package portal

import (
	"net/http"
	"strings"
)

// problem is what went wrong, or has to be known, told at the top of a page.
type problem struct {
	Code  string
	Text  string
	Steps []string      // what to do, if there is more to say than Text does
	Items []problemItem // of a form in which several fields are wrong; Text is empty then
	Field string        // id of the field that it is about, "" if there is none
	Wrong bool          // something has to be put right; else it is only said
}

// problemItem is what is wrong with one field.
type problemItem struct{ Field, Text string }

// fields are the fields that problems are about.
var fields = map[string]string{
	"no_file": "photo-file", "several_files": "photo-file", "broken_upload": "photo-file", "bad_form": "photo-file",
	"empty": "photo-file", "too_large": "photo-file", "too_many_pixels": "photo-file", "not_jpeg_or_png": "photo-file",
	"animated": "photo-file", "many_uploads": "photo-file", "lost_photo": "photo-file", "no_photo": "photo-file",
	"not_declared": "declared", "declaration_missing": "answer", "details_missing": "details", "details_long": "details",
	"inv_birth_empty": "birth-day", "inv_birth_none": "birth-day", "inv_birth_wrong": "birth-day", "inv_birth_slow": "birth-day",
	"inv_email_wrong": "email",
	"note_long":       "note", "bad_boxes": "boxes", "lost_boxes": "boxes", "crop_small": "crop", "crop_wrong": "crop", "crop_gone": "photo-file",
	"sign_in_wrong": "username", "sign_in_slow": "username", "sign_in_empty": "username",
	"moved_empty": "moved-note", "moved_long": "moved-note", "not_come_empty": "not-come-note", "not_come_long": "not-come-note",
	"birth_date_missing": "birth-day", "birth_date_wrong": "birth-day", "birth_date_slow": "birth-day", "pw_short": "new-password",
	"pw_long": "new-password", "pw_personal": "new-password", "pw_pattern": "new-password", "pw_common": "new-password",
	"pw_same": "new-password", "current_wrong": "password", "current_missing": "password", "current_slow": "password",
	"email_wrong": "email", "email_same": "email", "forgot_username_empty": "email", "forgot_password_empty": "username",
}

// notices are problems in which nothing is wrong with what the person did.
var notices = map[string]bool{
	"lost_photo": true, "lost_submit": true, "lost_ask": true, "already_submitted": true, "locked": true, "ended": true,
	"lost_form": true, "tasks_first": true, "declaration_stays": true, "address_stays": true, "details_changed": true,
	"inv_list_changed": true, "inv_many": true,
	"lost_boxes": true, "lost_crop": true,
	"lost_card": true, "not_come_early": true, "no_card": true,
	"session_over": true, "reset_done": true, "password_saved": true, "email_saved": true, "lost_account": true,
}

// problem returns the problem of a code, with its text in the language of the page; args are the values of the text.
func (p *portal) problem(r *http.Request, code string, args ...any) *problem {
	return &problem{Code: code, Text: p.say(r)("problem_"+code, args...), Field: fields[code], Wrong: !notices[code]}
}

// steps splits a text that has one step a line.
func steps(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }
