package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"prportal.example/internal/daemon"
	"prportal.example/internal/intake"
	"prportal.example/internal/photos"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/profile"
)

// PhotosConfig is what Photos needs.
type PhotosConfig struct {
	Store  *store.Store
	Intake *intake.Service
	Triage *triage.Service // submits each photo; nil: that is left to its person
	DryRun bool

	Reject func(file, why string) error
	Done   func(n, of int) // how many files have been looked at
}

// PhotosSummary is what became of a folder.
type PhotosSummary struct{ Added, Unchanged, Submitted, Rejected int }

// Photos takes a folder of scanned photos in, through the same door as uploads in the portal, but where nobody waits for them. Doing
// it again changes nothing; a file that can't be taken in stops no other.
func Photos(ctx context.Context, c PhotosConfig, root *os.Root) (sum PhotosSummary, err error) {
	scans, err := scansIn(root)
	if err != nil {
		return sum, err
	}
	for i, s := range scans {
		if ctx.Err() != nil {
			return sum, ctx.Err()
		}
		err := s.takeIn(ctx, c, root, &sum)
		var no *refusal
		if errors.As(err, &no) {
			sum.Rejected++
			err = c.Reject(s.file, no.why)
		}
		if err != nil {
			return sum, fmt.Errorf("photo %s: %w", s.file, err)
		}
		if c.Done != nil {
			c.Done(i+1, len(scans))
		}
	}
	return sum, nil
}

// refusal is why a file is not taken in; other errors end the run.
type refusal struct{ why string }

func (r *refusal) Error() string { return r.why }

func refuse(why string) error { return &refusal{why} }

func (s scan) takeIn(ctx context.Context, c PhotosConfig, root *os.Root, sum *PhotosSummary) error {
	if s.why != "" {
		return refuse(s.why)
	}
	person, err := find(ctx, c.Store, s.clientID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return refuse("nobody has this client_id")
	case err != nil:
		return err
	case !person.WithdrawnAt.IsZero():
		return refuse(whyWithdrawn)
	}
	data, err := readScan(root, s.file)
	if err != nil {
		return err
	}
	row, err := c.Store.CaseByPerson(ctx, person.ID)
	if err != nil {
		return err
	}
	photoID, err := same(ctx, c.Store, row.PhotoID, data)
	switch {
	case err != nil:
		return err
	case photoID != "":
		sum.Unchanged++
		if row.Locked() {
			return nil // submitted already
		}
	case row.Locked():
		return refuse(whyLocked)
	case c.DryRun:
		sum.Added++
	default:
		photoID, err = c.Intake.AddPhoto(ctx, intake.Photo{CaseID: row.ID, Data: data, Actor: store.ActorOffice, Bulk: true})
		if err := told(err); err != nil {
			return err
		}
		sum.Added++
	}
	if c.Triage == nil || c.DryRun {
		return nil
	}
	err = c.Triage.Submit(ctx, triage.Submission{CaseID: row.ID, PhotoID: photoID, Declared: true, // on paper
		Actor: store.ActorOffice})
	if errors.Is(err, triage.ErrNoPhoto) { // it was returned: only another photo can be submitted
		return refuse("this photo was returned; it takes another one")
	}
	if err := told(err); err != nil {
		return err
	}
	sum.Submitted++
	return nil
}

const (
	whyWithdrawn = "the application was withdrawn"
	whyLocked    = "the photo can't be changed now: one was submitted, or accepted"
)

// told turns what another room refuses into a refusal.
func told(err error) error {
	var no *header.Refusal
	switch {
	case errors.As(err, &no):
		return refuse(no.Error())
	case errors.Is(err, store.ErrWithdrawn):
		return refuse(whyWithdrawn)
	case errors.Is(err, intake.ErrLocked), errors.Is(err, triage.ErrAlreadySubmitted):
		return refuse(whyLocked)
	case errors.Is(err, triage.ErrStale), errors.Is(err, store.ErrStale):
		return refuse("the person has just sent in another photo")
	}
	return err
}

// find looks a person up by the client id in a file's name, whose case a file system may have changed.
func find(ctx context.Context, db *store.Store, clientID string) (p store.Person, err error) {
	for _, id := range []string{clientID, strings.ToUpper(clientID), strings.ToLower(clientID)} {
		if p, err = db.PersonByClientID(ctx, id); !errors.Is(err, store.ErrNotFound) {
			return p, err
		}
	}
	return p, err
}

// readScan reads a file that is not larger than the portal takes, and holds its header against the same rules.
func readScan(root *os.Root, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, refuse("it can't be read")
	}
	defer f.Close()
	limits := header.PortalLimits()
	most := int64(limits.MaxBytes)
	about, err := f.Stat()
	if err != nil || !about.Mode().IsRegular() {
		return nil, refuse("it can't be read")
	}
	if about.Size() > most {
		return nil, refuse((&header.Refusal{Code: header.TooLarge}).Error())
	}
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, refuse("it can't be read")
	}
	if _, err := header.Admit(data, limits); err != nil {
		return nil, told(err)
	}
	return data, nil
}

// same is the id of the current photo, if it is this one.
func same(ctx context.Context, db *store.Store, photoID string, data []byte) (string, error) {
	sum := sha256.Sum256(data)
	for id := photoID; id != ""; {
		p, err := db.Photo(ctx, id)
		if err != nil {
			return "", err
		}
		if p.SHA256 == hex.EncodeToString(sum[:]) {
			return photoID, nil
		}
		id = p.UploadID // the current one may be a crop of what was sent in
	}
	return "", nil
}

// photosCommand is the command photos.
func photosCommand(ctx context.Context, c *command) (err error) {
	flags := c.flags()
	submit := flags.Bool("submit", false, "")
	dir, err := c.parse(flags)
	if err != nil {
		return err
	}
	env := daemon.NewEnv(c.getenv)
	url := env.Required("PRPORTAL_DATABASE_URL")
	s3 := photos.Config{Endpoint: env.Required("PRPORTAL_S3_ENDPOINT"), AccessKey: env.Required("PRPORTAL_S3_ACCESS_KEY"),
		SecretKey: env.Required("PRPORTAL_S3_SECRET_KEY"), Region: env.String("PRPORTAL_S3_REGION", ""),
		Secure: env.Bool("PRPORTAL_S3_SECURE", false)}
	if err := env.Err(); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	defer root.Close() //nolint:errcheck // it was only read
	db, err := openStore(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	objects, err := photos.Open(s3)
	if err != nil {
		return err
	}
	defer objects.Close()
	config := PhotosConfig{Store: db, DryRun: c.dryRun,
		Intake: intake.New(intake.Config{Store: db, Photos: objects, Now: time.Now})}
	if *submit {
		rules, err := profile.Default()
		if err != nil {
			return err
		}
		config.Triage = triage.New(triage.Config{Store: db, Profile: rules, Now: time.Now})
	}
	out, err := newRejects(c.rejects, nil, "file", "reason")
	if err != nil {
		return err
	}
	said := &strings.Builder{} // while the bar is there
	later := &command{stderr: said}
	config.Reject = func(file, why string) error {
		later.tell("%s: %s", file, why)
		return out.add(file, why)
	}
	var bar *progress
	config.Done = func(n, of int) {
		if bar == nil {
			bar = newProgress(c.stderr, c.quiet, "taking in photos", int64(of))
		}
		bar.at(int64(n))
	}
	sum, err := Photos(ctx, config, root)
	if bar != nil {
		bar.end()
	}
	later.tellRest()
	fmt.Fprint(c.stderr, said)
	if !c.quiet {
		if c.dryRun {
			fmt.Fprint(c.stdout, "dry run, nothing was stored: ")
		}
		fmt.Fprintf(c.stdout, "%d added, %d unchanged, %d submitted, %d rejected\n", sum.Added, sum.Unchanged, sum.Submitted, sum.Rejected)
	}
	err = errors.Join(err, out.close())
	var misnamed *HeaderError
	if errors.As(err, &misnamed) {
		return &daemon.ExitError{Code: 2, Err: err}
	}
	if err != nil {
		return err
	}
	return rejected(sum.Rejected, "file", "files")
}
