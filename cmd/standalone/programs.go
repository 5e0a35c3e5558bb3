package main

import (
	"maps"
	"time"

	"prportal.example/internal/daemon"
	"prportal.example/internal/embedded/objectstore"
)

// proofs is the portal's program in the one role that runs a browser: it knows neither Kafka nor mail, and listens to nobody.
func (s *system) proofs(storeAddr string) *child {
	const name = "proofs"
	settings := s3Settings(storeAddr, s.keys.Proofs)
	maps.Copy(settings, s.databaseSettings())
	settings["PRPORTAL_ROLES"], settings["PRPORTAL_OPS_LISTEN"] = name, "127.0.0.1:0"
	return s.named(name, "portal", settings)
}

// program describes a child of that name with these settings.
func (s *system) program(name string, settings map[string]string) *child {
	return s.named(name, name, settings)
}

// named describes a child that runs a program under a name of its own, with these settings and, beside them, only what a program needs
// of this process's environment.
func (s *system) named(name, program string, settings map[string]string) *child {
	c := &child{name: name, path: s.options.bin + "/" + program, dir: string(s.folder), log: s.folder.log(name),
		minPause: 500 * time.Millisecond, maxPause: 15 * time.Second, grace: 30 * time.Second, logger: s.log}
	for _, variable := range []string{"PATH", "HOME", "TMPDIR", "LANG", "TZ", "LD_LIBRARY_PATH", "GOCOVERDIR", "GOTRACEBACK",
		daemon.LogLevelVariable, "PRPORTAL_WORKERS", "PRPORTAL_CHROMIUM", "PRPORTAL_PROOF", "PRPORTAL_CARD_WITHIN"} {
		if value := s.getenv(variable); value != "" {
			c.env = append(c.env, variable+"="+value)
		}
	}
	settings[daemon.ReadyFileVariable] = s.folder.listening(name)
	for variable, value := range settings {
		if value != "" {
			c.env = append(c.env, variable+"="+value)
		}
	}
	return c
}

func (s *system) databaseSettings() map[string]string {
	return map[string]string{"PRPORTAL_DATABASE_URL": s.folder.databaseURL()}
}

func s3Settings(addr string, account objectstore.Account) map[string]string {
	return map[string]string{"PRPORTAL_S3_ENDPOINT": addr, "PRPORTAL_S3_ACCESS_KEY": account.AccessKey,
		"PRPORTAL_S3_SECRET_KEY": account.SecretKey, "PRPORTAL_S3_REGION": objectstore.Region, "PRPORTAL_S3_SECURE": "false"}
}

// portal is the portal's program; one-off commands are given as args and get the same settings.
func (s *system) portal(brokerAddr, storeAddr string, args ...string) *child {
	settings := s3Settings(storeAddr, s.keys.Portal)
	for variable, value := range s.databaseSettings() {
		settings[variable] = value
	}
	for variable, value := range map[string]string{
		"PRPORTAL_KAFKA_BROKERS": brokerAddr, "PRPORTAL_SMTP_ADDR": s.options.smtp, "PRPORTAL_MAIL_FROM": "photos@portal.example",
		"PRPORTAL_CONTACT_EMAIL": "help@portal.example",
		"PRPORTAL_LISTEN":        s.options.applicants, "PRPORTAL_OFFICER_LISTEN": s.options.officers,
		"PRPORTAL_OPS_LISTEN": s.options.portalOps, "PRPORTAL_PUBLIC_URL": web(s.options.applicants),
		"PRPORTAL_OFFICER_URL": web(s.options.officers), "PRPORTAL_UNDO_WINDOW": s.options.undo.String(),
	} {
		settings[variable] = value
	}
	c := s.program("portal", settings)
	c.args = args
	return c
}

// ingest takes approved applications in from Kafka.
func (s *system) ingest(brokerAddr string) *child {
	settings := s.databaseSettings()
	settings["PRPORTAL_KAFKA_BROKERS"], settings["PRPORTAL_OPS_LISTEN"] = brokerAddr, s.options.ingestOps
	c := s.program("ingest", settings)
	c.args = []string{"serve"}
	return c
}

// validatorSettings hold no database and no mail: hostile pictures never sit beside personal data.
func (s *system) validatorSettings(brokerAddr, storeAddr string) map[string]string {
	settings := s3Settings(storeAddr, s.keys.Validator)
	settings["PRPORTAL_KAFKA_BROKERS"] = brokerAddr
	settings["PRPORTAL_OPS_LISTEN"] = s.options.validatorOps
	settings["PRPORTAL_MODELS"] = s.options.models
	return settings
}
