package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"prportal.example/internal/daemon"
)

// applicant is one line of the file of approved applications that ingest takes in.
type applicant struct {
	ApplicationID string `json:"application"`
	ClientID      string `json:"client_id"`
	Principal     bool   `json:"principal"`
	GivenNames    string `json:"given_names"`
	FamilyName    string `json:"family_name"`
	BirthDate     string `json:"birth_date"`
	Email         string `json:"email"`
	Language      string `json:"language"`

	username string // of the demonstration account; empty for those who have none
}

// families are invented. Every name, number and address in them is made up.
var families = []applicant{
	{"DEMO-1001", "9900-0001", true, "Aurélie", "Beausoleil-Moran", "1988-04-12", "aurelie@people.example", "fr", "aurelie"},
	{"DEMO-1001", "9900-0002", false, "Théo", "Beausoleil-Moran", "2015-09-30", "aurelie@people.example", "fr", ""},
	{"DEMO-1002", "9900-0003", true, "Samir", "Okonedo", "1979-11-02", "samir@people.example", "en", "samir"},
	{"DEMO-1002", "9900-0004", false, "Ana Lucía", "Okonedo", "1983-06-21", "ana@people.example", "en", "ana"},
	{"DEMO-1003", "9900-0005", true, "Bjørn", "Håkonsveen", "1994-01-17", "bjorn@people.example", "en", "bjorn"},
	{"DEMO-1004", "9900-0006", true, "Ngọc Anh", "Trần-Lévesque", "1991-12-08", "ngoc@people.example", "fr", "ngoc"},
	{"DEMO-1005", "9900-0007", true, "Zofia", "Żelazna", "2001-03-25", "zofia@people.example", "en", "zofia"},
}

// newcomers are invented too. They have no accounts: their invitations lie in the inbox, so that the whole way can be walked. Parent
// and child share a mailbox.
var newcomers = []applicant{
	{"DEMO-1006", "9900-0008", true, "Maya", "Lindqvist-Osei", "1990-05-14", "maya@people.example", "en", ""},
	{"DEMO-1006", "9900-0009", false, "Étienne", "Lindqvist-Osei", "1987-08-03", "etienne@people.example", "fr", ""},
	{"DEMO-1006", "9900-0010", false, "Noé", "Lindqvist-Osei", "2021-02-11", "maya@people.example", "en", ""},
}

func invitations() []invited {
	var all []invited
	for _, n := range newcomers {
		all = append(all, invited{n.GivenNames + " " + n.FamilyName, n.Email, n.BirthDate})
	}
	return all
}

var officers = []string{"officer", "officer2"}

// demo is the demonstration data of one data folder.
type demo struct {
	folder folder
	portal *child // their args are replaced
	ingest *child
}

// seed takes the families in as any approved application comes in, and gives them and the officers accounts. Passwords are
// made at the first start. It may be cut short at any point and done again.
func (d demo) seed(ctx context.Context) ([]signIn, error) {
	if known, err := d.known(); known != nil || err != nil {
		return known, err
	}
	if err := d.takeIn(ctx, "demo-applications.jsonl", families, "-invite=false"); err != nil {
		return nil, err
	}
	if err := d.takeIn(ctx, "demo-newcomers.jsonl", newcomers); err != nil {
		return nil, err
	}
	signIns, err := d.planned()
	if err != nil {
		return nil, err
	}
	for _, s := range signIns {
		args := []string{"officer", "add", "-username", s.Username}
		if s.Role == "applicant" {
			args = []string{"applicant", "add", "-client-id", clientOf(s.Username), "-username", s.Username}
		}
		account := *d.portal
		account.args = args
		if _, err := account.once(ctx, s.Password+"\n"); err != nil && !strings.Contains(err.Error(), "exists") {
			return nil, fmt.Errorf("make a demonstration account: %w", err)
		}
	}
	return signIns, os.Rename(d.plannedFile(), d.file())
}

func (d demo) takeIn(ctx context.Context, name string, people []applicant, flags ...string) error {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, a := range people {
		if err := encoder.Encode(a); err != nil {
			return err
		}
	}
	file := d.folder.path(name)
	if err := daemon.WriteFile(file, lines.Bytes(), 0o600); err != nil {
		return err
	}
	program := *d.ingest
	program.args = slices.Concat([]string{"applications"}, flags, []string{file})
	if _, err := program.once(ctx, ""); err != nil {
		return fmt.Errorf("take in the demonstration families: %w", err)
	}
	return nil
}

func clientOf(username string) string {
	for _, a := range families {
		if a.username == username {
			return a.ClientID
		}
	}
	return ""
}

func (d demo) file() string        { return d.folder.path("demo-signins.json") }
func (d demo) plannedFile() string { return d.folder.path("demo-signins.new.json") }

// known are the sign-ins of an earlier start, nil when there was none.
func (d demo) known() ([]signIn, error) { return readSignIns(d.file()) }

// planned are the sign-ins to be made. They are written down before the first account exists, so that a start that was cut
// short does not leave accounts whose passwords nobody knows.
func (d demo) planned() ([]signIn, error) {
	if planned, err := readSignIns(d.plannedFile()); planned != nil || err != nil {
		return planned, err
	}
	var signIns []signIn
	for _, a := range families {
		if a.username != "" {
			signIns = append(signIns, signIn{"applicant", a.username, password()})
		}
	}
	for _, name := range officers {
		signIns = append(signIns, signIn{"officer", name, password()})
	}
	data, err := json.MarshalIndent(signIns, "", "  ")
	if err != nil {
		return nil, err
	}
	return signIns, daemon.WriteFile(d.plannedFile(), append(data, '\n'), 0o600)
}

func readSignIns(path string) ([]signIn, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var signIns []signIn
	if err := json.Unmarshal(data, &signIns); err != nil {
		return nil, fmt.Errorf("read %s: %w; remove it and the data folder to start anew", path, err)
	}
	return signIns, nil
}

// password has 100 bits, in groups that can be typed.
func password() string {
	text := strings.ToLower(rand.Text()[:20])
	return strings.Join([]string{text[:5], text[5:10], text[10:15], text[15:]}, "-")
}
