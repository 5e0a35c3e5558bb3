package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestFolderBelongsToOneProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "var")
	_, release, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := openFolder(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second one gets %v", err)
	}
	release()
	_, release, err = openFolder(dir)
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	release()
}

func TestKeysAreMadeOnceAndKeptPrivate(t *testing.T) {
	f := folder(t.TempDir())
	first, err := f.keys()
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.keys()
	if err != nil || !reflect.DeepEqual(first, again) {
		t.Errorf("the second start has other keys (%v)", err)
	}
	other, err := folder(t.TempDir()).keys()
	if err != nil || other.Portal == first.Portal || first.Portal == first.Validator || len(first.Portal.SecretKey) < 40 {
		t.Errorf("keys are not a folder's and a program's own: %v", err)
	}
	if info, err := os.Stat(f.path("keys.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestOptions(t *testing.T) {
	var said bytes.Buffer
	o, err := parse([]string{"-data", "x", "-listen", "127.0.0.1:0", "-officer", "127.0.0.1:0", "-inbox", "127.0.0.1:0"}, &said)
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(o.data) || o.bin == "" || o.samples != "" {
		t.Errorf("%+v", o)
	}
	seen := map[string]bool{}
	for _, addr := range []string{o.applicants, o.officers, o.inbox, o.smtp, o.portalOps, o.validatorOps} {
		if _, port, err := net.SplitHostPort(addr); err != nil || port == "0" || seen[addr] {
			t.Errorf("address %s (%v) of %+v", addr, err, o)
		}
		seen[addr] = true
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for want, args := range map[string][]string{
		"-officer":         {"-listen", "127.0.0.1:0", "-inbox", "127.0.0.1:0", "-officer", taken.Addr().String()},
		"unknown argument": {"start"},
		"-undo":            {"-undo", "-1s"},
		"not defined":      {"-colour"},
	} {
		if _, err := parse(args, &said); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
	for addr, want := range map[string]string{"127.0.0.1:8080": "http://127.0.0.1:8080", "0.0.0.0:80": "http://localhost:80",
		"[::]:80": "http://localhost:80"} {
		if got := web(addr); got != want {
			t.Errorf("%s is %s, want %s", addr, got, want)
		}
	}
}

func TestReadyFileHasTheAgreedForm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ready.json")
	r := ready{Portal: "http://127.0.0.1:1", Officer: "http://127.0.0.1:2", Inbox: "http://127.0.0.1:3",
		Metrics: map[string]string{"portal": "http://127.0.0.1:4/metrics", "validator": "http://127.0.0.1:5/metrics"},
		Kafka:   "127.0.0.1:6", Database: "sqlite:/x.db", SignIns: []signIn{{"officer", "officer", "pw"}},
		Invited: []invited{{"Maya", "maya@people.example", "1990-05-14"}}}
	if err := r.write(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{"portal":"http://127.0.0.1:1","officer":"http://127.0.0.1:2","inbox":"http://127.0.0.1:3",
		"metrics":{"portal":"http://127.0.0.1:4/metrics","validator":"http://127.0.0.1:5/metrics"},"kafka":"127.0.0.1:6",
		"database":"sqlite:/x.db","samples":"",
		"signins":[{"role":"officer","username":"officer","password":"pw"}],
		"invited":[{"name":"Maya","email":"maya@people.example","birth_date":"1990-05-14"}]}`), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s", data)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestPasswordsAreLongAndDiffer(t *testing.T) {
	a, b := password(), password()
	if a == b || len(a) < 20 || strings.ContainsAny(a, " \t") {
		t.Errorf("%q %q", a, b)
	}
}
