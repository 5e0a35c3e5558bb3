-- +goose Up
-- What is asked often reads no more than it returns, also with 100,000 people and as many waiting e-mails. A partial index serves only
-- statements that repeat its condition word for word; package store's test of plans holds them to it.

-- The relay asks five times a second whether anything of a kind is due, whatever waits of other kinds.
CREATE INDEX outbox_due ON outbox (kind, available_at) WHERE sent_at = 0;

-- Who is withdrawn is left out of the queue of officers; they are few.
CREATE INDEX people_withdrawn ON people (id) WHERE withdrawn_at <> 0;

-- The cases in officers' hands.
CREATE INDEX cases_leased ON cases (leased_by, leased_until) WHERE leased_by <> '';

-- Lists that are counted kind by kind. The first column, which is always the same, is what SQLite takes them for.
CREATE INDEX cases_queue ON cases (state, lane, due_at, person_id) WHERE state = 'in_review';
CREATE INDEX office_tasks_by_kind ON office_tasks (done_at, kind, opened_at, id) WHERE done_at = 0;

CREATE INDEX office_tasks_by_person ON office_tasks (person_id, opened_at);

-- Looked through every minute.
CREATE INDEX cards_held ON cards (held_at, case_id) WHERE state = 'held';
