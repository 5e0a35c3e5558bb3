-- +goose Up
-- One text for SQLite and PostgreSQL: ids come from the application (UUIDv7), times are milliseconds since 1970, flags are
-- 0 or 1, structures are JSON in TEXT. Zero times are 0, so that no statement has to deal with NULL.

CREATE TABLE people (
  id           TEXT PRIMARY KEY,
  application  TEXT   NOT NULL,
  client_id    TEXT   NOT NULL UNIQUE,
  given_names  TEXT   NOT NULL,
  family_name  TEXT   NOT NULL,
  birth_date   TEXT   NOT NULL,
  email        TEXT   NOT NULL,
  language     TEXT   NOT NULL,
  language_chosen BIGINT NOT NULL DEFAULT 0, -- by the person; upstream does not change it any more
  principal    BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL DEFAULT 0,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL
);
CREATE INDEX people_by_application ON people (application);

CREATE TABLE cases (
  id                 TEXT PRIMARY KEY,
  person_id          TEXT   NOT NULL UNIQUE REFERENCES people (id),
  state              TEXT   NOT NULL,
  version            BIGINT NOT NULL,
  photo_id           TEXT   NOT NULL DEFAULT '',
  person_asked       BIGINT NOT NULL DEFAULT 0,
  auto_returns       BIGINT NOT NULL DEFAULT 0,
  outcome            TEXT   NOT NULL DEFAULT '',
  reasons            TEXT   NOT NULL DEFAULT '[]',
  decided_by         TEXT   NOT NULL DEFAULT '',
  officer_id         TEXT   NOT NULL DEFAULT '',
  first_submitted_at BIGINT NOT NULL DEFAULT 0,
  submitted_at       BIGINT NOT NULL DEFAULT 0,
  decided_at         BIGINT NOT NULL DEFAULT 0,
  effective_at       BIGINT NOT NULL DEFAULT 0,
  lane               TEXT   NOT NULL DEFAULT '',
  due_at             BIGINT NOT NULL DEFAULT 0,
  leased_by          TEXT   NOT NULL DEFAULT '',
  leased_until       BIGINT NOT NULL DEFAULT 0,
  skips              BIGINT NOT NULL DEFAULT 0,
  created_at         BIGINT NOT NULL
);
CREATE INDEX cases_for_review ON cases (state, due_at);

CREATE TABLE photos (
  id              TEXT PRIMARY KEY,
  case_id         TEXT   NOT NULL REFERENCES cases (id),
  sha256          TEXT   NOT NULL,
  size            BIGINT NOT NULL,
  format          TEXT   NOT NULL,
  width           BIGINT NOT NULL,
  height          BIGINT NOT NULL,
  uploaded_at     BIGINT NOT NULL,
  submitted_at    BIGINT NOT NULL DEFAULT 0,
  replaced_at     BIGINT NOT NULL DEFAULT 0,
  verdict         TEXT   NOT NULL DEFAULT '',
  verdict_profile TEXT   NOT NULL DEFAULT '',
  verdict_at      BIGINT NOT NULL DEFAULT 0,
  late_reports    BIGINT NOT NULL DEFAULT 0,
  rendition       TEXT   NOT NULL DEFAULT '',
  print           TEXT   NOT NULL DEFAULT '',
  outcome         TEXT   NOT NULL DEFAULT '',
  decided_by      TEXT   NOT NULL DEFAULT '',
  reasons         TEXT   NOT NULL DEFAULT '[]',
  decided_at      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX photos_by_case ON photos (case_id, uploaded_at);

-- Objects that are written, or were, for a photo whose row is not there yet. A row that stays is an upload that broke off;
-- begun_at is 0 once that is settled.
CREATE TABLE pending_uploads (
  photo_id TEXT PRIMARY KEY,
  begun_at BIGINT NOT NULL
);

-- What people wrote. History refers to it by id, so that deleting a note leaves history whole.
CREATE TABLE notes (
  id         TEXT PRIMARY KEY,
  case_id    TEXT   NOT NULL REFERENCES cases (id),
  photo_id   TEXT   NOT NULL DEFAULT '',
  kind       TEXT   NOT NULL,
  author_id  TEXT   NOT NULL,
  body       TEXT   NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX notes_by_case ON notes (case_id, created_at);

CREATE TABLE accounts (
  id             TEXT PRIMARY KEY,
  role           TEXT   NOT NULL,
  username       TEXT   NOT NULL UNIQUE,
  person_id      TEXT   NOT NULL DEFAULT '',
  password_hash  TEXT   NOT NULL,
  failures       BIGINT NOT NULL DEFAULT 0,
  last_failed_at BIGINT NOT NULL DEFAULT 0,
  closed_at      BIGINT NOT NULL DEFAULT 0,
  created_at     BIGINT NOT NULL
);
-- A person has one account; officers have no person.
CREATE UNIQUE INDEX accounts_by_person ON accounts (person_id) WHERE person_id <> '' AND closed_at = 0;

CREATE TABLE sessions (
  listener   TEXT   NOT NULL,
  token_hash TEXT   NOT NULL,
  data       TEXT   NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (listener, token_hash)
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE outbox (
  id           TEXT PRIMARY KEY,
  kind         TEXT   NOT NULL,
  key          TEXT   NOT NULL,
  headers      TEXT   NOT NULL DEFAULT '{}',
  payload      TEXT   NOT NULL,
  available_at BIGINT NOT NULL,
  attempts     BIGINT NOT NULL DEFAULT 0,
  last_error   TEXT   NOT NULL DEFAULT '',
  sent_at      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX outbox_waiting ON outbox (sent_at, available_at);

CREATE TABLE leases (
  name       TEXT PRIMARY KEY,
  holder     TEXT   NOT NULL,
  expires_at BIGINT NOT NULL
);

-- Who did what, when, on which evidence: ids, codes, numbers and hashes only. Nothing is ever changed in it.
CREATE TABLE history (
  id        TEXT PRIMARY KEY,
  at        BIGINT NOT NULL,
  actor     TEXT   NOT NULL,
  actor_id  TEXT   NOT NULL DEFAULT '',
  action    TEXT   NOT NULL,
  case_id   TEXT   NOT NULL DEFAULT '',
  photo_id  TEXT   NOT NULL DEFAULT '',
  detail    TEXT   NOT NULL DEFAULT '{}'
);
CREATE INDEX history_by_case ON history (case_id, at);

CREATE TABLE skips (
  case_id    TEXT   NOT NULL REFERENCES cases (id),
  officer_id TEXT   NOT NULL,
  reason     TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (case_id, officer_id)
);
