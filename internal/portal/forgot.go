package portal

import (
	"net/http"
	"strings"

	"prportal.example/internal/account"
)

// forgotPage is the page for a forgotten password or username, and the same answer to everybody who has sent it.
type forgotPage struct {
	Typed string
	Sent  string // what was sent, if there was anybody: "", link, temporary or username
	Wrong bool
}

func (p *portal) forgotPasswordForm(w http.ResponseWriter, r *http.Request) {
	page, path := forgotPage{}, "/forgot-password"
	switch sent := r.URL.Query().Get("sent"); sent {
	case "link", "temporary":
		page.Sent, path = sent, path+"?sent="+sent
	}
	p.showForgot(w, r, http.StatusOK, "forgot_password", path, page)
}

func (p *portal) forgotUsernameForm(w http.ResponseWriter, r *http.Request) {
	page, path := forgotPage{}, "/forgot-username"
	if r.URL.Query().Get("sent") != "" {
		page.Sent, path = "username", path+"?sent=1"
	}
	p.showForgot(w, r, http.StatusOK, "forgot_username", path, page)
}

// showForgot shows the page of that name, with an underscore in texts and a dash in addresses.
func (p *portal) showForgot(w http.ResponseWriter, r *http.Request, status int, name, path string, page forgotPage) {
	heading, told := name+"_title", (*problem)(nil)
	if page.Sent != "" {
		heading = "sent_title"
	}
	if page.Wrong {
		told = p.problem(r, name+"_empty")
	}
	p.show(w, r, status, view{Page: strings.ReplaceAll(name, "_", "-"), Path: path, Heading: p.say(r)(heading), Problem: told, Data: page})
}

// typed is what was typed into a field, as it can be shown again.
func typed(r *http.Request, field string) string {
	return strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue(field), ""))
}

func (p *portal) forgotPassword(w http.ResponseWriter, r *http.Request) {
	username := typed(r, "username")
	if username == "" {
		p.showForgot(w, r, http.StatusUnprocessableEntity, "forgot_password", "/forgot-password", forgotPage{Wrong: true})
		return
	}
	if err := p.c.Accounts.ForgotPassword(r.Context(), username); err != nil {
		p.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/forgot-password?sent=link", http.StatusSeeOther)
}

func (p *portal) forgotUsername(w http.ResponseWriter, r *http.Request) {
	email := typed(r, "email")
	if _, err := account.CheckEmail(email); err != nil {
		p.showForgot(w, r, http.StatusUnprocessableEntity, "forgot_username", "/forgot-username", forgotPage{Typed: email, Wrong: true})
		return
	}
	if err := p.c.Accounts.ForgotUsername(r.Context(), email); err != nil {
		p.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/forgot-username?sent=1", http.StatusSeeOther)
}
