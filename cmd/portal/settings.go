package main

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/mail"
	"prportal.example/internal/photos"
	"prportal.example/internal/triage"
)

// What one process does; each can be scaled by itself.
const (
	roleWeb     = "web"     // pages
	roleRelay   = "relay"   // carries committed rows out, and asks again for what got lost
	roleResults = "results" // applies the reports of the checks
	roleProofs  = "proofs"  // makes proofs of status with a browser, in a process of its own
)

func defaultRoles() []string { return []string{roleWeb, roleRelay, roleResults} }

func allRoles() []string { return append(defaultRoles(), roleProofs) }

// settings hold what the roles of this process need; the rest is zero.
type settings struct {
	roles                 []string
	databaseURL           string
	kafka                 bus.Config
	objects               photos.Config
	smtp                  mail.SMTPConfig
	notify                *mail.NotifyConfig // takes the mail in place of the mail server
	receiptToken          string             // of who tells what became of mail; empty: nobody does
	listen, officer, ops  string             // host:port
	publicURL, officerURL string
	proxies               []netip.Prefix // before both listeners
	location              *time.Location // of the office
	undoWindow            time.Duration
	contact               contact       // for people whom the portal does not fit
	cardWithin            time.Duration // how soon after it was ordered a card is expected
	readyFile             string
	confirmProofs         bool   // proofs of status wait for an officer's word
	chromium              string // the browser that makes them
}

// contact is where people turn whom the portal does not fit: it stands in every invitation and on pages.
type contact struct{ Email, Phone string }

func (s settings) has(roles ...string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(s.roles, r) })
}

// readSettings reads what the roles need and names every variable that is missing or wrong. given, if not empty, takes the
// place of PRPORTAL_ROLES.
func readSettings(getenv func(string) string, given string) (settings, error) {
	env := daemon.NewEnv(getenv)
	s := settings{roles: readRoles(env, given)}
	s.databaseURL = env.Required("PRPORTAL_DATABASE_URL")
	s.ops = env.String("PRPORTAL_OPS_LISTEN", "127.0.0.1:9101")
	s.readyFile = env.String(daemon.ReadyFileVariable, "")
	s.undoWindow = env.Duration("PRPORTAL_UNDO_WINDOW", time.Minute)
	if s.cardWithin = env.Duration("PRPORTAL_CARD_WITHIN", triage.DefaultCardWithin); s.cardWithin == 0 {
		env.Fail("PRPORTAL_CARD_WITHIN", errors.New("no card is there at once"))
	}
	s.location = readLocation(env)
	if s.has(roleWeb, roleRelay) {
		s.publicURL = requiredURL(env, "PRPORTAL_PUBLIC_URL")
		s.contact = readContact(env)
	}
	if s.has(roleWeb) {
		s.confirmProofs = readProof(env)
		s.listen = env.String("PRPORTAL_LISTEN", "127.0.0.1:8080")
		s.officer = env.String("PRPORTAL_OFFICER_LISTEN", "127.0.0.1:8081")
		s.officerURL = requiredURL(env, "PRPORTAL_OFFICER_URL")
		s.proxies = readProxies(env)
		s.receiptToken = readReceiptToken(env)
	}
	if s.has(roleWeb, roleProofs) {
		s.objects = objectSettings(env)
	}
	if s.has(roleProofs) {
		s.chromium = env.String("PRPORTAL_CHROMIUM", "chromium")
	}
	if s.has(roleRelay, roleResults) {
		s.kafka = kafkaSettings(env)
	}
	if s.has(roleRelay) {
		s.readSender(env)
	}
	return s, env.Err()
}

func readRoles(env *daemon.Env, given string) []string {
	if given == "" {
		given = env.String("PRPORTAL_ROLES", strings.Join(defaultRoles(), ","))
	}
	var roles []string
	for role := range strings.SplitSeq(given, ",") {
		role = strings.TrimSpace(role)
		if !slices.Contains(allRoles(), role) {
			env.Fail("PRPORTAL_ROLES", fmt.Errorf("unknown role %q, there are %s", role, strings.Join(allRoles(), ", ")))
			continue
		}
		roles = append(roles, role)
	}
	if slices.Contains(roles, roleProofs) && len(roles) > 1 {
		env.Fail("PRPORTAL_ROLES", fmt.Errorf("%s runs a browser and needs a process of its own", roleProofs))
	}
	return roles
}

// readProof reads when a proof of status is made.
func readProof(env *daemon.Env) (confirmFirst bool) {
	const name = "PRPORTAL_PROOF"
	switch given := env.String(name, "declared"); given {
	case "declared":
	case "confirmed":
		confirmFirst = true
	default:
		env.Fail(name, fmt.Errorf("%q is neither declared nor confirmed", given))
	}
	return confirmFirst
}

func readLocation(env *daemon.Env) *time.Location {
	location, err := time.LoadLocation(env.String("PRPORTAL_TIMEZONE", "America/Toronto"))
	if err != nil {
		env.Fail("PRPORTAL_TIMEZONE", err)
	}
	return location
}

func readContact(env *daemon.Env) contact {
	const name = "PRPORTAL_CONTACT_EMAIL"
	c := contact{Email: env.Required(name), Phone: env.String("PRPORTAL_CONTACT_PHONE", "")}
	if _, err := account.CheckEmail(c.Email); c.Email != "" && err != nil {
		env.Fail(name, err)
	}
	return c
}

// readProxies reads the addresses of our own reverse proxies, such as "10.0.0.0/8,192.0.2.7".
func readProxies(env *daemon.Env) []netip.Prefix {
	const name = "PRPORTAL_TRUSTED_PROXIES"
	var proxies []netip.Prefix
	for text := range strings.SplitSeq(env.String(name, ""), ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if address, addressErr := netip.ParseAddr(text); addressErr == nil {
			prefix, err = address.Prefix(address.BitLen())
		}
		if err != nil {
			env.Fail(name, err)
			continue
		}
		proxies = append(proxies, prefix)
	}
	return proxies
}

func requiredURL(env *daemon.Env, name string) string {
	if env.Required(name) == "" {
		return ""
	}
	return env.URL(name, "")
}

func kafkaSettings(env *daemon.Env) bus.Config {
	return bus.Config{Brokers: env.List("PRPORTAL_KAFKA_BROKERS"), ClientID: "portal"}
}

func objectSettings(env *daemon.Env) photos.Config {
	return photos.Config{
		Endpoint: env.Required("PRPORTAL_S3_ENDPOINT"), AccessKey: env.Required("PRPORTAL_S3_ACCESS_KEY"),
		SecretKey: env.Required("PRPORTAL_S3_SECRET_KEY"), Region: env.String("PRPORTAL_S3_REGION", ""),
		Secure: env.Bool("PRPORTAL_S3_SECURE", false),
	}
}

// readSender reads who takes the mail, and what that one needs.
func (s *settings) readSender(env *daemon.Env) {
	const name = "PRPORTAL_MAIL_SENDER"
	switch sender := env.String(name, "smtp"); sender {
	case "smtp":
		s.smtp = mailSettings(env)
	case "notify":
		s.notify = &mail.NotifyConfig{URL: env.URL("PRPORTAL_NOTIFY_URL", "https://api.notification.canada.ca"),
			Key:       env.Required("PRPORTAL_NOTIFY_KEY"),
			Templates: map[string]string{"en": env.Required("PRPORTAL_NOTIFY_TEMPLATE_EN"), "fr": env.Required("PRPORTAL_NOTIFY_TEMPLATE_FR")}}
	default:
		env.Fail(name, fmt.Errorf("unknown sender %q, there are smtp and notify", sender))
	}
}

// minToken is how short a token may be that others send us, in bytes.
const minToken = 20

func readReceiptToken(env *daemon.Env) string {
	const name = "PRPORTAL_NOTIFY_CALLBACK_TOKEN"
	token := env.String(name, "")
	if token != "" && len(token) < minToken {
		env.Fail(name, fmt.Errorf("too short, want at least %d characters", minToken))
	}
	return token
}

func mailSettings(env *daemon.Env) mail.SMTPConfig {
	c := mail.SMTPConfig{
		Addr: env.Required("PRPORTAL_SMTP_ADDR"), From: env.Required("PRPORTAL_MAIL_FROM"),
		Username: env.String("PRPORTAL_SMTP_USERNAME", ""), Password: env.String("PRPORTAL_SMTP_PASSWORD", ""),
		TLS: mail.TLS(env.String("PRPORTAL_SMTP_TLS", string(mail.TLSOpportunistic))), Now: time.Now,
	}
	if (c.Username == "") != (c.Password == "") {
		env.Fail("PRPORTAL_SMTP_PASSWORD", errors.New("username and password go together"))
	}
	return c
}
