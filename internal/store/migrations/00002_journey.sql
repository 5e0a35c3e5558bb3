-- +goose Up
-- The applicant's journey around the photo: invitations, one-time links, declarations, addresses, cards, proofs of status and
-- what needs the office. From here on the schema only grows.

-- Given by the person: what comes from upstream does not change it any more.
ALTER TABLE people ADD COLUMN email_chosen BIGINT NOT NULL DEFAULT 0;
CREATE INDEX people_by_email ON people (lower(email)); -- for forgotten user names

CREATE TABLE invitations (
  person_id         TEXT PRIMARY KEY REFERENCES people (id),
  state             TEXT   NOT NULL,            -- waiting, confirmed, declined
  queued_at         BIGINT NOT NULL,
  sent_at           BIGINT NOT NULL DEFAULT 0,  -- the first e-mail was handed over; starts the 30 days
  expires_at        BIGINT NOT NULL DEFAULT 0,
  reminders         BIGINT NOT NULL DEFAULT 0,
  reminded_at       BIGINT NOT NULL DEFAULT 0,
  bounced_at        BIGINT NOT NULL DEFAULT 0,
  answered_at       BIGINT NOT NULL DEFAULT 0,  -- confirmed or declined
  list_confirmed_at BIGINT NOT NULL DEFAULT 0,  -- by the principal, for the whole application
  held_at           BIGINT NOT NULL DEFAULT 0,  -- somebody said that its address is not right
  next_at           BIGINT NOT NULL DEFAULT 0   -- when to look at it again: a reminder, the end, the account; 0: nothing is due
);
CREATE INDEX invitations_due ON invitations (next_at) WHERE next_at > 0;

-- Links in e-mails. Only a hash of each token is kept.
CREATE TABLE links (
  token_hash TEXT PRIMARY KEY,
  kind       TEXT   NOT NULL,                   -- invitation, reset
  person_id  TEXT   NOT NULL REFERENCES people (id),
  account_id TEXT   NOT NULL DEFAULT '',
  expires_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL DEFAULT 0,         -- or made worthless
  created_at BIGINT NOT NULL,
  failures       BIGINT NOT NULL DEFAULT 0,     -- wrong birth dates since the last right one
  last_failed_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX links_by_person ON links (person_id, kind);

ALTER TABLE accounts ADD COLUMN temporary_until BIGINT NOT NULL DEFAULT 0; -- the password is a temporary one, valid until then
ALTER TABLE accounts ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;           -- sessions of an earlier one are over
ALTER TABLE accounts ADD COLUMN signed_in_at BIGINT NOT NULL DEFAULT 0;    -- last time

-- Old and new address of a person, so that both can be told; outbox rows name the change.
CREATE TABLE email_changes (
  id         TEXT PRIMARY KEY,
  person_id  TEXT   NOT NULL REFERENCES people (id),
  old_email  TEXT   NOT NULL,
  new_email  TEXT   NOT NULL,
  changed_by TEXT   NOT NULL,                   -- the person who did it; empty: the office
  changed_at BIGINT NOT NULL
);
CREATE INDEX email_changes_by_person ON email_changes (person_id, changed_at);

-- The last answer counts; earlier ones stay on record.
CREATE TABLE declarations (
  id         TEXT PRIMARY KEY,
  person_id  TEXT   NOT NULL REFERENCES people (id),
  answer     TEXT   NOT NULL,                   -- in_canada, not_in_canada
  wording    TEXT   NOT NULL,                   -- self, or child: a parent declared it
  account_id TEXT   NOT NULL,
  made_at    BIGINT NOT NULL
);
CREATE INDEX declarations_by_person ON declarations (person_id, made_at);

CREATE TABLE details_checks (
  id         TEXT PRIMARY KEY,
  person_id  TEXT   NOT NULL REFERENCES people (id),
  answer     TEXT   NOT NULL,                   -- right, wrong
  printed    TEXT   NOT NULL,                   -- SHA-256 of what was shown
  account_id TEXT   NOT NULL,
  made_at    BIGINT NOT NULL
);
CREATE INDEX details_checks_by_person ON details_checks (person_id, made_at);

-- Addresses are never changed: a new row takes the place of the one before. A card names the row that it went to.
CREATE TABLE addresses (
  id           TEXT PRIMARY KEY,
  person_id    TEXT   NOT NULL REFERENCES people (id),
  kind         TEXT   NOT NULL,                 -- home, postal
  same_as_home BIGINT NOT NULL DEFAULT 0,       -- a postal address that repeats the home address
  care_of      TEXT   NOT NULL DEFAULT '',
  unit         TEXT   NOT NULL DEFAULT '',
  street       TEXT   NOT NULL,                 -- number and street, PO box or rural route
  city         TEXT   NOT NULL,
  province     TEXT   NOT NULL,                 -- two letters
  postal_code  TEXT   NOT NULL,                 -- A1A 1A1
  given_at     BIGINT NOT NULL
);
CREATE INDEX addresses_by_person ON addresses (person_id, kind, given_at);

CREATE TABLE cards (
  case_id     TEXT PRIMARY KEY REFERENCES cases (id),
  state       TEXT   NOT NULL,                  -- held, ordered, mailed, returned
  photo_id    TEXT   NOT NULL,
  address_id  TEXT   NOT NULL DEFAULT '',       -- frozen when the card is ordered
  held_at     BIGINT NOT NULL DEFAULT 0,
  ordered_at  BIGINT NOT NULL DEFAULT 0,
  expected_at BIGINT NOT NULL DEFAULT 0,
  mailed_at   BIGINT NOT NULL DEFAULT 0,
  returned_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE proofs (
  id           TEXT PRIMARY KEY,
  person_id    TEXT   NOT NULL REFERENCES people (id),
  number       TEXT   NOT NULL UNIQUE,          -- on the document
  state        TEXT   NOT NULL,                 -- requested, confirmed, issued, revoked
  requested_at BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL DEFAULT 0,       -- may be made from then on
  issued_at    BIGINT NOT NULL DEFAULT 0,
  revoked_at   BIGINT NOT NULL DEFAULT 0,
  sha256       TEXT   NOT NULL DEFAULT '',      -- of the document
  size         BIGINT NOT NULL DEFAULT 0,
  attempts     BIGINT NOT NULL DEFAULT 0,       -- begun
  available_at BIGINT NOT NULL DEFAULT 0,       -- when to try next; while one is being made, when it is taken for dead
  last_error   TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX proofs_by_person ON proofs (person_id, requested_at);
CREATE UNIQUE INDEX proofs_one_valid ON proofs (person_id) WHERE state <> 'revoked';
CREATE INDEX proofs_waiting ON proofs (state, available_at);

-- What needs a person in the office.
CREATE TABLE office_tasks (
  id           TEXT PRIMARY KEY,
  kind         TEXT   NOT NULL,
  person_id    TEXT   NOT NULL REFERENCES people (id),
  case_id      TEXT   NOT NULL DEFAULT '',
  note_id      TEXT   NOT NULL DEFAULT '',      -- what the person wrote
  opened_by    TEXT   NOT NULL,                 -- applicant, machine, office
  opened_at    BIGINT NOT NULL,
  done_at      BIGINT NOT NULL DEFAULT 0,
  done_by      TEXT   NOT NULL DEFAULT '',
  outcome      TEXT   NOT NULL DEFAULT '',
  done_note_id TEXT   NOT NULL DEFAULT ''       -- the reason
);
CREATE INDEX office_tasks_open ON office_tasks (done_at, opened_at);
CREATE UNIQUE INDEX office_tasks_one_open ON office_tasks (person_id, kind) WHERE done_at = 0;

-- Notes to a person carry when they were read.
ALTER TABLE notes ADD COLUMN read_at BIGINT NOT NULL DEFAULT 0;

-- What the applicant ticked: it turns checks from return to review, and stays for later attempts.
ALTER TABLE cases ADD COLUMN head_covering BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN medical BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN small_child BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN reminders BIGINT NOT NULL DEFAULT 0;   -- since the applicant's last step
ALTER TABLE cases ADD COLUMN active_at BIGINT NOT NULL DEFAULT 0;   -- the applicant's last step
ALTER TABLE cases ADD COLUMN reminded_at BIGINT NOT NULL DEFAULT 0; -- of the last of those reminders

ALTER TABLE photos ADD COLUMN perceptual_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE photos ADD COLUMN same_as TEXT NOT NULL DEFAULT '';         -- an earlier photo of the case that shows the same
ALTER TABLE photos ADD COLUMN upload_id TEXT NOT NULL DEFAULT '';       -- the photo whose upload this is a crop of; empty: its own
ALTER TABLE photos ADD COLUMN crop TEXT NOT NULL DEFAULT '';            -- asked for, in pixels of the upright picture
ALTER TABLE photos ADD COLUMN overrides TEXT NOT NULL DEFAULT '';       -- what the boxes have lowered when it was judged
ALTER TABLE photos ADD COLUMN declared_at BIGINT NOT NULL DEFAULT 0;    -- recent and unedited
ALTER TABLE photos ADD COLUMN deleted_at BIGINT NOT NULL DEFAULT 0;     -- its pictures are gone

CREATE INDEX photos_replaced ON photos (replaced_at) WHERE replaced_at > 0 AND submitted_at = 0 AND deleted_at = 0;
CREATE INDEX photos_by_upload ON photos (upload_id) WHERE upload_id <> '';

-- E-mails: whom a row was for, and whether it came back.
ALTER TABLE outbox ADD COLUMN person_id TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN bounced_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN bounce TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN bulk BIGINT NOT NULL DEFAULT 0; -- goes after what a person waits for
CREATE INDEX outbox_by_person ON outbox (person_id);
CREATE INDEX outbox_unsent ON outbox (kind, bulk, id) WHERE sent_at = 0;
