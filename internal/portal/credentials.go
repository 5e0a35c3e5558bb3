package portal

import (
	"errors"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
)

const (
	// secretsPerAddress is for forms with a password in them, askedPerAddress for those that send an e-mail.
	secretsPerAddress = 60
	secretsWindow     = 5 * time.Minute
	askedPerAddress   = 30
	askedWindow       = 10 * time.Minute
)

// credentialRoutes are the pages around signing in. Nobody has to be signed in for them; the page for a first password asks for
// a session that a temporary one has opened.
func (p *portal) credentialRoutes(r chi.Router) {
	secret, asked := p.limit(secretsPerAddress, secretsWindow), p.limit(askedPerAddress, askedWindow)
	r.Get("/first-sign-in", p.firstForm)
	r.Get("/expired-password", p.expiredForm)
	r.Get("/forgot-password", p.forgotPasswordForm)
	r.Get("/forgot-username", p.forgotUsernameForm)
	r.Get("/reset/{token}", p.resetForm)
	r.Group(func(r chi.Router) {
		r.Use(smallForm)
		r.Post("/sign-out", p.signOut)
		r.With(secret).Post("/first-sign-in", p.firstPassword)
		r.With(secret).Post("/reset/{token}", p.reset)
		r.With(asked).Post("/expired-password", p.askTemporary)
		r.With(asked).Post("/forgot-password", p.forgotPassword)
		r.With(asked).Post("/forgot-username", p.forgotUsername)
	})
}

// accountRoutes are the pages about one's own account.
func (p *portal) accountRoutes(r chi.Router) {
	secret := p.limit(secretsPerAddress, secretsWindow)
	r.Get("/account", p.account)
	r.Get("/account/password", p.passwordForm)
	r.Get("/account/email", p.emailForm)
	r.With(smallForm, secret).Post("/account/password", p.changePassword)
	r.With(smallForm, secret).Post("/account/email", p.changeEmail)
}

// limit bounds what comes from one address; the routes that it is used with share it.
func (p *portal) limit(requests int, window time.Duration) func(http.Handler) http.Handler {
	return httprate.LimitBy(requests, window, web.ByAddress, httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
		p.message(w, r, http.StatusTooManyRequests, "many_tries")
	}))
}

// choicePage is a form in which a new password is chosen, and what shows that it is the person who chooses it.
type choicePage struct {
	Username string
	Token    string    // of a reset link
	Birth    birthDate // as it was typed
	AskBirth bool
	Wrong    map[string]string // what is wrong, by field
	say      web.Say
}

// Fields are those of the birth date.
func (c choicePage) Fields() birthFields { return c.Birth.fields(c.say, c.Wrong["birth-day"] != "") }

func (p *portal) choicePage(r *http.Request, username string) choicePage {
	return choicePage{Username: username, Birth: readBirthDate(r), say: p.say(r)}
}

// wrongs collects what is wrong with a form.
type wrongs struct {
	code  string // of the first
	items []problemItem
}

func (p *portal) wrong(r *http.Request, in *wrongs, code string, args ...any) {
	if code == "" {
		return
	}
	if in.code == "" {
		in.code = code
	}
	in.items = append(in.items, problemItem{fields[code], p.say(r)("problem_"+code, args...)})
}

// problem is what is told at the top of the page; byField what is told at the fields.
func (in *wrongs) problem() *problem {
	return &problem{Code: in.code, Items: in.items, Wrong: true}
}

func (in *wrongs) byField() map[string]string {
	out := map[string]string{}
	for _, i := range in.items {
		out[i.Field] = i.Text
	}
	return out
}

// passwordCode names what is wrong with a new password, "" if nothing is.
func passwordCode(err error) string {
	for _, c := range []struct {
		err  error
		code string
	}{{account.ErrPasswordShort, "pw_short"}, {account.ErrPasswordLong, "pw_long"}, {account.ErrPasswordPersonal, "pw_personal"},
		{account.ErrPasswordPattern, "pw_pattern"}, {account.ErrPasswordCommon, "pw_common"}, {account.ErrPasswordSame, "pw_same"}} {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return ""
}

// choiceWrong says what was wrong with a choice; ok is false for a fault of ours, which is none of the person's.
func (p *portal) choiceWrong(r *http.Request, err error) (in wrongs, status int, ok bool) {
	status = http.StatusUnprocessableEntity
	var slow *account.SlowError
	if errors.As(err, &slow) {
		p.wrong(r, &in, "birth_date_slow", p.wait(r, slow.Wait))
		return in, http.StatusTooManyRequests, true
	}
	if errors.Is(err, account.ErrBirthDate) {
		p.wrong(r, &in, "birth_date_wrong")
	}
	p.wrong(r, &in, passwordCode(err))
	return in, status, in.code != ""
}
