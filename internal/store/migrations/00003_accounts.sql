-- +goose Up
-- Wrong sign-ins under names that nobody has, counted as those of accounts are and for as long, wherever they come in: a name
-- that is slowed, or is not, tells nothing. The name itself is not kept.
CREATE TABLE absent_names (
  name_hash      TEXT PRIMARY KEY,
  failures       BIGINT NOT NULL,
  last_failed_at BIGINT NOT NULL
);
CREATE INDEX absent_names_by_time ON absent_names (last_failed_at);

-- Who has had an account, closed or not: no invitation opens another.
CREATE INDEX accounts_ever_by_person ON accounts (person_id);
