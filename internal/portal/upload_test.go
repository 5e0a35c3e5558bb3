package portal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/photos"
)

// chunk is one chunk of a PNG file.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func png(width, height uint32, more ...[]byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0))...)
	for _, m := range more {
		b = append(b, m...)
	}
	return append(b, chunk("IEND", nil)...)
}

func ftyp(brand string) []byte {
	return append([]byte("\x00\x00\x00\x18ftyp"+brand), make([]byte, 64)...)
}

func TestA6RefusedFiles(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	for name, c := range map[string]struct {
		data   []byte
		status int
		code   string
		says   []string
	}{
		"empty":           {nil, 422, "empty", []string{"This file is empty"}},
		"over 20 MB":      {make([]byte, 20<<20+1), 413, "too_large", []string{"larger than 20 MB"}},
		"far over 20 MB":  {make([]byte, 40<<20), 413, "too_large", []string{"larger than 20 MB"}},
		"65,500² pixels":  {png(65500, 65500), 422, "too_many_pixels", []string{"65500 × 65500 pixels"}},
		"over 60 MP":      {png(10000, 6001), 422, "too_many_pixels", []string{"60 million"}},
		"animated PNG":    {png(9, 9, chunk("acTL", make([]byte, 8))), 422, "animated", []string{"stands still"}},
		"HEIC":            {ftyp("heic"), 422, "not_jpeg_or_png", []string{"HEIC picture", "Most Compatible", "Android"}},
		"AVIF":            {ftyp("avif"), 422, "not_jpeg_or_png", []string{"AVIF"}},
		"video":           {ftyp("isom"), 422, "not_jpeg_or_png", []string{"This is a video"}},
		"PDF":             {[]byte("%PDF-1.7 …"), 422, "not_jpeg_or_png", []string{"PDF document", "scanner"}},
		"GIF":             {[]byte("GIF89a…"), 422, "not_jpeg_or_png", []string{"GIF"}},
		"WebP":            {[]byte("RIFF\x00\x00\x00\x00WEBP"), 422, "not_jpeg_or_png", []string{"WebP"}},
		"TIFF":            {[]byte("II*\x00…"), 422, "not_jpeg_or_png", []string{"TIFF"}},
		"BMP":             {[]byte("BM…"), 422, "not_jpeg_or_png", []string{"BMP"}},
		"ZIP":             {[]byte("PK\x03\x04…"), 422, "not_jpeg_or_png", []string{"ZIP"}},
		"SVG":             {[]byte("<svg xmlns='…'>"), 422, "not_jpeg_or_png", []string{"drawing"}},
		"only a JPEG tag": {[]byte("\xff\xd8\xff\xd9"), 422, "not_jpeg_or_png", []string{"no picture in this file"}},
		"text":            {[]byte("hello"), 422, "not_jpeg_or_png", []string{"not a JPEG or PNG photo"}},
	} {
		t.Run(name, func(t *testing.T) {
			page := p.upload(c.data).is(c.status, "photo", "open").tells(c.code).says(c.says...).says("There is a problem")
			if link := page.one("[data-problem]"); !strings.Contains(page.body, `href="#photo-file"`) || attr(link, "role") != "alert" {
				t.Error("the problem does not lead to the field")
			}
			input := page.one("#photo-file")
			if attr(input, "aria-invalid") != "true" || !strings.Contains(attr(input, "aria-describedby"), "problem") {
				t.Error("the field does not name its problem")
			}
			if !strings.HasPrefix(text(page.all("title")[0]), "Problem: ") {
				t.Errorf("title %q", text(page.all("title")[0]))
			}
		})
	}
	if c := p.current(); c.State != casefile.Open || c.Version != 0 {
		t.Errorf("something was stored: %+v", c)
	}
	if n := w.counted("prportal_uploads_total", "too_large"); n != 2 {
		t.Errorf("counted %v", n)
	}
}

func TestMultipartTricks(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	good := photo(t, 5)
	many := make([]part, 400)
	for i := range many {
		many[i] = part{fmt.Sprint("x", i), "x", nil}
	}
	send := func(parts ...part) (string, []byte) { return form(t, parts...) }
	const byHand = "multipart/form-data; boundary=b"
	type sent struct {
		contentType string
		body        []byte
	}
	of := func(contentType string, body []byte) sent { return sent{contentType, body} }
	whole := of(send(part{"photo", "a.jpg", good}))
	for name, c := range map[string]struct {
		sent
		status int
		code   string
	}{
		"no file chosen":      {of(byHand, []byte("--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"\"\r\n\r\n\r\n--b--")), 422, "no_file"},
		"no field at all":     {of(byHand, []byte("--b--\r\n")), 400, "broken_upload"},
		"wrong field":         {of(send(part{"picture", "a.jpg", good})), 400, "bad_form"},
		"several files":       {of(send(part{"photo", "a.jpg", good}, part{"photo", "b.jpg", good})), 422, "several_files"},
		"hundreds of parts":   {of(send(many...)), 400, "bad_form"},
		"cut short":           {sent{whole.contentType, whole.body[:len(whole.body)/2]}, 400, "broken_upload"},
		"no boundary":         {sent{"multipart/form-data", whole.body}, 400, "bad_form"},
		"another boundary":    {sent{"multipart/form-data; boundary=zzz", whole.body}, 400, "broken_upload"},
		"NUL in the name":     {of(send(part{"photo", "a\x00.jpg", good})), 400, "broken_upload"},
		"no multipart":        {sent{"application/x-www-form-urlencoded", []byte("photo=x")}, 400, "bad_form"},
		"nothing":             {sent{"", nil}, 400, "bad_form"},
		"headers without end": {of(byHand, []byte("--b\r\n"+strings.Repeat("X: y\r\n", 20000))), 400, "broken_upload"},
	} {
		t.Run(name, func(t *testing.T) {
			p.sendForm(c.contentType, c.body).is(c.status, "photo", "open").tells(c.code)
		})
	}
	for _, name := range []string{"../../etc/passwd", `C:\x.jpg`, strings.Repeat("ä", 3000), "<script>alert(1)</script>.jpg",
		"…\r\nX: y.jpg"} {
		if page := p.sendForm(form(t, part{"photo", name, good})); page.status != 200 || strings.Contains(page.body, "passwd") {
			t.Errorf("file name %q: %d", name, page.status)
		}
	}
	if got := p.current().Version; got != 5 {
		t.Errorf("version %d", got)
	}
	if strings.Contains(w.logs.String(), "passwd") {
		t.Error("a file name is logged")
	}
}

func TestA6ASubmittedPhotoStays(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("in_review")
	id := p.current().PhotoID
	p.upload(photo(t, 66)).is(409, "status", "in_review").tells("locked").says("not saved")
	p.post("/submit", "photo", id).is(409, "status", "in_review").tells("already_submitted")
	p.post("/ask", "photo", id).is(409, "status", "in_review").tells("already_submitted")
	if got := p.current(); got.PhotoID != id || got.State != casefile.InReview {
		t.Errorf("%+v", got)
	}
}

func TestA6WhatCantBeSubmitted(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("open")
	p.get("/submit").is(409, "photo", "open").tells("no_photo")
	p.post("/submit", "photo", "x").is(409, "photo", "open").tells("no_photo")
	p.post("/ask").is(409, "photo", "open").tells("stale")
	p.get("/status").is(200, "photo", "open")

	p.upload(photo(t, 1))
	old := p.current().PhotoID
	p.upload(photo(t, 2))
	p.check(dark)
	p.post("/submit", "photo", old).is(409, "photo", "checked").tells("stale").says("Nothing was submitted")
	long := strings.Repeat("é", maxNote+1)
	page := p.post("/submit", "photo", p.current().PhotoID, "person", "1", "note", long).
		is(422, "submit", "checked").tells("note_long")
	if got := text(page.one("#note")); got != long {
		t.Error("what was written is lost")
	}
	p.post("/submit", "photo", p.current().PhotoID, "note", strings.Repeat("x", maxForm)).
		is(422, "submit", "checked").tells("note_long")

	p.submit().is(200, "status", "returned")
	p.post("/submit", "photo", p.current().PhotoID, "person", "1").is(409, "photo", "returned").tells("no_photo")
	page = p.post("/ask", "photo", p.current().PhotoID, "note", long).is(422, "status", "returned").tells("note_long")
	if got := text(page.one("#note")); got != long {
		t.Error("what was written is lost")
	}
}

func TestUploadsAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	var all sync.WaitGroup
	statuses := make([]int, 6)
	for i := range statuses {
		contentType, body := form(t, part{"photo", "x.jpg", photo(t, uint8(i))})
		all.Go(func() {
			r, err := p.client.Post(w.server.URL+"/photo", contentType, bytes.NewReader(body))
			if err == nil {
				statuses[i] = r.StatusCode
				r.Body.Close()
			}
		})
	}
	all.Wait()
	for i, s := range statuses {
		if s != 200 {
			t.Errorf("upload %d: %d", i, s)
		}
	}
	if got := p.current(); got.State != casefile.Checking || got.Version != int64(len(statuses)) {
		t.Errorf("%+v", got)
	}
}

func TestTooManyUploads(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	for range uploadsPerAccount {
		p.upload(nil).tells("empty")
	}
	p.upload(photo(t, 1)).is(429, "photo", "open").tells("many_uploads").says("Wait 10 minutes")
	other := w.person("bela")
	other.signIn()
	other.upload(photo(t, 1)).is(200, "photo", "checking")
}

// slowReader gives a body piece by piece, as a slow line does, so that the answer would come before it is all sent.
type slowReader struct {
	left int
	rest io.Reader
}

func (s *slowReader) Read(b []byte) (int, error) {
	if s.left == 0 {
		return s.rest.Read(b)
	}
	n := min(len(b), 32<<10, s.left)
	clear(b[:n])
	s.left -= n
	time.Sleep(50 * time.Microsecond)
	return n, nil
}

func TestTheAnswerReachesWhoIsStillSending(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	send := func() *page {
		return p.read(p.client.Post(w.server.URL+"/photo", "multipart/form-data; boundary=b", io.MultiReader(
			strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x\"\r\n\r\n"),
			&slowReader{left: 30 << 20, rest: strings.NewReader("\r\n--b--\r\n")})))
	}
	send().is(200, "sign-in", "")
	p.signIn()
	send().is(413, "photo", "open").tells("too_large")
}

func TestWhenOtherPartsAreDown(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	nowhere, err := photos.Open(photos.Config{Endpoint: "127.0.0.1:1", AccessKey: "k", SecretKey: "s"})
	w.ok(err)
	t.Cleanup(nowhere.Close)
	w.portal.c.Photos = nowhere
	w.intakeOn(nowhere)
	id := p.current().PhotoID
	page := p.upload(photo(t, 3)).is(503, "message", "").tells("unavailable").
		says("Nothing is lost", "Zoë Łęcka")
	if page.header.Get("Retry-After") == "" || p.current().PhotoID != id {
		t.Error("no word on when to try again, or the photo was replaced")
	}
	if got := p.get("/photo/rendition/" + id).status; got != http.StatusServiceUnavailable {
		t.Errorf("picture: %d", got)
	}
	p.get("/photo").is(200, "photo", "checked")
	if n := w.counted("prportal_uploads_total", "fault"); n != 1 {
		t.Errorf("counted %v", n)
	}
	w.ok(w.store.Close())
	for _, path := range []string{"/photo", "/status", "/submit", "/", "/sign-in", "/photo/state"} {
		p.get(path).is(503, "message", "").tells("unavailable")
	}
	p.post("/submit", "photo", id).is(503, "message", "").tells("unavailable")
	p.signIn().is(503, "message", "").tells("unavailable")
}

// TestA6ThePhotoPageShowsRightAndWrong with pictures, which are drawn, since they hold no text.
func TestA6ThePhotoPageShowsRightAndWrong(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	for _, path := range []string{"/photo", "/requirements"} {
		pictures := map[string]int{}
		for _, li := range p.get(path).all("li") {
			if kind := attr(li, "class"); kind == "right" || kind == "wrong" {
				for n := range li.ChildNodes() {
					if n.Data == "svg" {
						pictures[kind]++
					}
				}
			}
		}
		if pictures["right"] < 2 || pictures["wrong"] < 5 {
			t.Errorf("%s has pictures of %v", path, pictures)
		}
	}
}
