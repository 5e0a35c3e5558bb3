package store

import (
	"context"
	"time"
)

// AddressKind says which address of a person it is.
type AddressKind string

const (
	HomeAddress   AddressKind = "home"
	PostalAddress AddressKind = "postal" // the card goes there
)

// Address is an address in Canada. It is never changed: a new one takes its place.
type Address struct {
	ID         string
	PersonID   string
	Kind       AddressKind
	SameAsHome bool // a postal address that repeats the home address
	CareOf     string
	Unit       string
	Street     string // number and street, PO box or rural route
	City       string
	Province   string // two letters
	PostalCode string // A1A 1A1
	GivenAt    time.Time
}

const addressColumns = `id, person_id, kind, same_as_home, care_of, unit, street, city, province, postal_code, given_at`

func scanAddress(s scanner) (a Address, err error) {
	var same, given int64
	err = s.Scan(&a.ID, &a.PersonID, &a.Kind, &same, &a.CareOf, &a.Unit, &a.Street, &a.City, &a.Province, &a.PostalCode, &given)
	a.SameAsHome, a.GivenAt = same == 1, instant(given)
	return a, err
}

// Address returns the address with that id.
func (q queries) Address(ctx context.Context, id string) (Address, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+addressColumns+` FROM addresses WHERE id = $1`, id), "address", scanAddress)
}

// LastAddress returns the address of a kind that counts, ErrNotFound if there is none.
func (q queries) LastAddress(ctx context.Context, personID string, kind AddressKind) (Address, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+addressColumns+` FROM addresses WHERE person_id = $1 AND kind = $2
		ORDER BY given_at DESC, id DESC LIMIT 1`, personID, string(kind)), "address", scanAddress)
}

// AddAddress stores an address; its id is set here and returned.
func (t *Tx) AddAddress(ctx context.Context, a Address) (string, error) {
	a.ID = NewID()
	return a.ID, t.change(ctx, "add address", `INSERT INTO addresses (`+addressColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, a.ID, a.PersonID, string(a.Kind), flag(a.SameAsHome), a.CareOf, a.Unit,
		a.Street, a.City, a.Province, a.PostalCode, millis(a.GivenAt))
}
