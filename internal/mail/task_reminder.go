package mail

// Task is something that an applicant still has to do.
type Task string

const (
	TaskDeclare    Task = "declare"
	TaskArrive     Task = "arrive" // declared not to be in Canada
	TaskHome       Task = "home"
	TaskPostal     Task = "postal"
	TaskPhoto      Task = "photo"
	TaskSubmit     Task = "submit"
	TaskPhotoAgain Task = "photo_again"
)

// TaskReminder tells what is left to do to somebody who has not been heard of.
type TaskReminder struct {
	Tasks []Task // in the order in which they are done
}

// Kind returns KindTaskReminder.
func (TaskReminder) Kind() Kind { return KindTaskReminder }

func (r TaskReminder) write(w *words, to Recipient, l links) part {
	t := w.tasks
	say := map[Task]string{TaskDeclare: t.declare, TaskArrive: t.notInCanada, TaskHome: t.home, TaskPostal: t.postal,
		TaskPhoto: t.photo, TaskSubmit: t.submit, TaskPhotoAgain: t.photoAgain}
	var left []string
	for _, task := range r.Tasks {
		left = append(left, say[task])
	}
	p := part{Subject: subject(to, t.subject, t.subjectNoName), Hello: w.greeting(to), Heading: t.heading}
	p.Blocks = append(w.forChild(to), text(t.lead), title(t.left), points(left...), press(t.button, l.page("/", w)), text(t.saved),
		text(t.help+" "+w.reach(l)))
	return p
}
