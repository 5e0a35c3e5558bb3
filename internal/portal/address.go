package portal

import (
	"errors"
	"net/http"

	"prportal.example/internal/account"
	"prportal.example/internal/journey"
	"prportal.example/internal/store"
)

// addressPage is the form for an address.
type addressPage struct {
	Postal bool
	From   string
	Same   bool     // the box "the same as my home address"
	Home   []string // that address
	Fields []field
	Others []field // province and postal code come after the province
	Ask    bool    // for the password, because the photo is submitted
	Wrong  string  // about the password
}

// field is a field of a form, with what is wrong with it.
type field struct {
	ID, Label, Hint, Value, Complete, Wrong string
	Optional, Short                         bool
	Options                                 []option // of a list
}

type option struct{ Value, Text string }

func readAddress(r *http.Request) store.Address {
	get := func(f journey.Field) string { return r.PostFormValue(string(f)) }
	return store.Address{CareOf: get(journey.FieldCareOf), Unit: get(journey.FieldUnit), Street: get(journey.FieldStreet),
		City: get(journey.FieldCity), Province: get(journey.FieldProvince), PostalCode: get(journey.FieldPostalCode)}
}

func (p *portal) homeForm(w http.ResponseWriter, r *http.Request) {
	p.addressForm(w, r, store.HomeAddress)
}
func (p *portal) postalForm(w http.ResponseWriter, r *http.Request) {
	p.addressForm(w, r, store.PostalAddress)
}
func (p *portal) giveHome(w http.ResponseWriter, r *http.Request) {
	p.giveAddress(w, r, store.HomeAddress)
}
func (p *portal) givePostal(w http.ResponseWriter, r *http.Request) {
	p.giveAddress(w, r, store.PostalAddress)
}

func (p *portal) addressForm(w http.ResponseWriter, r *http.Request, kind store.AddressKind) {
	st, err := p.journey(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	in := addressSent{kind: kind}
	switch {
	case st.Ordered():
		http.Redirect(w, r, "/status", http.StatusSeeOther)
		return
	case kind == store.PostalAddress && st.Home == nil:
		http.Redirect(w, r, "/address", http.StatusSeeOther)
		return
	case kind == store.HomeAddress && st.Home != nil:
		in.address = *st.Home
	case kind == store.PostalAddress && st.Postal != nil && st.Postal.SameAsHome:
		in.same = true
	case kind == store.PostalAddress && st.Postal != nil:
		in.address = *st.Postal
	}
	p.showAddress(w, r, http.StatusOK, st, in, p.lostProblem(r))
}

// addressSent is an address as it was sent, with what is wrong with it.
type addressSent struct {
	kind     store.AddressKind
	same     bool
	address  store.Address
	faults   []journey.Fault
	password string // what is wrong with it: "", missing, wrong or slow
	wait     string // of a password that comes too soon
}

func (p *portal) giveAddress(w http.ResponseWriter, r *http.Request, kind store.AddressKind) {
	st, err := p.journey(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	in := addressSent{kind: kind, address: readAddress(r), same: kind == store.PostalAddress && r.PostFormValue("same") == "1"}
	checked := in.address
	if !in.same {
		checked, in.faults = journey.CheckAddress(kind, in.address)
	}
	if st.Ordered() {
		p.showStatus(w, r, http.StatusConflict, p.problem(r, "address_stays"))
		return
	}
	if len(in.faults) == 0 || r.PostFormValue("password") == "" {
		if err := p.askPassword(r, st, &in); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	if len(in.faults) > 0 || in.password != "" {
		p.showAddress(w, r, http.StatusUnprocessableEntity, st, in, p.addressProblem(r, in))
		return
	}
	switch {
	case in.same:
		err = p.c.Journey.GiveSamePostal(r.Context(), p.by(r))
	case kind == store.PostalAddress:
		err = p.c.Journey.GivePostal(r.Context(), p.by(r), checked)
	default:
		err = p.c.Journey.GiveHome(r.Context(), p.by(r), checked)
	}
	to := after(r)
	if kind == store.HomeAddress && st.Postal == nil && to == "/" {
		to = "/address/postal"
	}
	switch {
	case errors.Is(err, journey.ErrOrdered):
		p.showStatus(w, r, http.StatusConflict, p.problem(r, "address_stays"))
	case errors.Is(err, journey.ErrNoHome):
		http.Redirect(w, r, "/address", http.StatusSeeOther)
	case err != nil:
		p.fail(w, r, err)
	default:
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
}

// asksPassword tells whether a change needs the password: the photo was submitted, so that mail may be on its way.
func asksPassword(st journey.State) bool { return !st.Case.FirstSubmittedAt.IsZero() }

// askPassword notes what is wrong with the password, if one is needed. Only a fault of ours is an error.
func (p *portal) askPassword(r *http.Request, st journey.State, in *addressSent) error {
	password := r.PostFormValue("password")
	switch {
	case !asksPassword(st):
		return nil
	case password == "":
		in.password = "missing"
		return nil
	}
	err := p.c.Accounts.Confirm(r.Context(), p.me(r).account, password)
	var slow *account.SlowError
	switch {
	case errors.As(err, &slow):
		in.password, in.wait = "slow", p.wait(r, slow.Wait)
	case errors.Is(err, account.ErrWrong):
		in.password = "wrong"
	case err != nil:
		return err
	}
	return nil
}

// faultText says what is wrong with a part of the address that was sent.
func (p *portal) faultText(r *http.Request, in addressSent, f journey.Fault) string {
	say := p.say(r)
	if f.Code == journey.Elsewhere {
		code, _ := journey.NormalPostalCode(in.address.PostalCode)
		checked, _ := journey.CheckAddress(in.kind, in.address)
		return say("fault_postal_code_elsewhere", code, say("province_"+checked.Province))
	}
	return say("fault_" + string(f.Field) + "_" + string(f.Code))
}

func (p *portal) passwordText(r *http.Request, in addressSent) string {
	switch in.password {
	case "":
		return ""
	case "slow":
		return p.say(r)("fault_password_slow", in.wait)
	}
	return p.say(r)("fault_password_" + in.password)
}

func (p *portal) addressProblem(r *http.Request, in addressSent) *problem {
	told := &problem{Code: "address", Wrong: true}
	for _, f := range in.faults {
		told.Items = append(told.Items, problemItem{string(f.Field), p.faultText(r, in, f)})
	}
	if in.password != "" {
		told.Items = append(told.Items, problemItem{"password", p.passwordText(r, in)})
	}
	return told
}

func (p *portal) showAddress(w http.ResponseWriter, r *http.Request, status int, st journey.State, in addressSent, told *problem) {
	say := p.say(r)
	page := addressPage{Postal: in.kind == store.PostalAddress, From: from(r), Same: in.same, Ask: asksPassword(st),
		Wrong: p.passwordText(r, in)}
	heading := say("home_title")
	if page.Postal {
		heading = say("postal_title")
		if st.Home != nil {
			page.Home = journey.Lines(*st.Home)
		}
	}
	page.Fields, page.Others = p.addressFields(r, in)
	p.show(w, r, status, view{Page: "address", Path: formPath(r), Heading: heading, Problem: told, Data: page})
}

// addressFields are the fields in the order of the form, with what was sent.
func (p *portal) addressFields(r *http.Request, in addressSent) (first, rest []field) {
	say, a := p.say(r), in.address
	add := func(f journey.Field, value, complete string) field {
		v := field{ID: string(f), Label: say("field_" + string(f)), Value: value, Complete: complete}
		for _, fault := range in.faults {
			if fault.Field == f {
				v.Wrong = p.faultText(r, in, fault)
			}
		}
		return v
	}
	if in.kind == store.PostalAddress {
		careOf := add(journey.FieldCareOf, a.CareOf, "off")
		careOf.Optional, careOf.Hint = true, say("field_care_of_hint")
		first = append(first, careOf)
	}
	street := add(journey.FieldStreet, a.Street, "address-line1")
	if street.Hint = say("field_street_hint"); in.kind == store.PostalAddress {
		street.Label, street.Hint = say("field_street_postal"), say("field_street_postal_hint")
	}
	unit := add(journey.FieldUnit, a.Unit, "address-line2")
	unit.Optional, unit.Short = true, true
	province := add(journey.FieldProvince, "", "address-level1")
	checked, _ := journey.CheckAddress(in.kind, a)
	province.Value = checked.Province
	province.Options = []option{{"", say("choose_province")}}
	for _, code := range journey.Provinces() {
		province.Options = append(province.Options, option{code, say("province_" + code)})
	}
	code := add(journey.FieldPostalCode, a.PostalCode, "postal-code")
	code.Short, code.Hint = true, say("field_postal_code_hint")
	return append(first, street, unit, add(journey.FieldCity, a.City, "address-level2")), []field{province, code}
}
