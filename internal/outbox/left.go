package outbox

import (
	"context"
	"errors"

	"prportal.example/internal/account"
	"prportal.example/internal/casefile"
	"prportal.example/internal/mail"
	"prportal.example/internal/store"
)

// taskReminder tells what is left to do now; who has done everything meanwhile is left alone.
func (m *Mailer) taskReminder(ctx context.Context, _ store.Mail, person store.Person) (written, error) {
	left, err := m.left(ctx, person.ID)
	if err == nil && len(left) == 0 {
		err = account.ErrNotNeeded
	}
	return written{letter: mail.TaskReminder{Tasks: left}}, err
}

// left lists what a person still has to do, in order.
func (m *Mailer) left(ctx context.Context, personID string) ([]mail.Task, error) {
	c, err := m.Store.CaseByPerson(ctx, personID)
	if err != nil {
		return nil, err
	}
	photo, open := map[casefile.State]mail.Task{casefile.Open: mail.TaskPhoto, casefile.Checking: mail.TaskSubmit,
		casefile.Checked: mail.TaskSubmit, casefile.Returned: mail.TaskPhotoAgain}[c.State]
	if !open {
		return nil, nil
	}
	var left []mail.Task
	declared, err := m.Store.LastDeclaration(ctx, personID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		left = append(left, mail.TaskDeclare)
	case err != nil:
		return nil, err
	case declared.Answer == store.NotInCanada:
		left = append(left, mail.TaskArrive)
	}
	for _, a := range []struct {
		kind store.AddressKind
		task mail.Task
	}{{store.HomeAddress, mail.TaskHome}, {store.PostalAddress, mail.TaskPostal}} {
		_, err := m.Store.LastAddress(ctx, personID, a.kind)
		if errors.Is(err, store.ErrNotFound) {
			left = append(left, a.task)
		} else if err != nil {
			return nil, err
		}
	}
	return append(left, photo), nil
}
