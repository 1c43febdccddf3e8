-- Facts are append-only. Each is named by the device that wrote it (64 random bits, as a signed integer) and its number there;
-- facts of one user action share `op`, the number of the first of them. Instants are UTC milliseconds; `offset_minutes` is how far
-- local time was ahead of UTC. Two histories are united by the union of their facts.

create table device (
    id integer primary key check (id = 1),
    device integer not null,
    next_sequence integer not null check (next_sequence > 0)
) strict;

create table card_name (
    id integer primary key,
    deck text not null check (deck <> ''),
    note text not null check (note <> ''),
    card_key text not null check (card_key <> ''),
    unique (deck, note, card_key)
) strict;

create table policy (
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    at_ms integer not null,
    offset_minutes integer not null check (offset_minutes between -1440 and 1440),
    parameters text not null,
    desired_retention real not null check (desired_retention between 0.7 and 0.99),
    learning_steps text not null,
    relearning_steps text not null,
    rollover_hour integer not null check (rollover_hour between 0 and 23),
    maximum_interval_days integer not null check (maximum_interval_days > 0),
    fuzz integer not null check (fuzz in (0, 1)),
    primary key (device, sequence)
) strict, without rowid;

create table review (
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    at_ms integer not null,
    offset_minutes integer not null check (offset_minutes between -1440 and 1440),
    card integer not null references card_name (id),
    rating integer not null check (rating between 1 and 4),
    taken_millis integer not null check (taken_millis >= 0),
    scheduler integer not null,
    policy_device integer,
    policy_sequence integer,
    text_hash integer not null,
    kind text not null,
    primary key (device, sequence),
    foreign key (policy_device, policy_sequence) references policy (device, sequence)
) strict, without rowid;

create index review_card on review (card);

create table mark (
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    at_ms integer not null,
    offset_minutes integer not null check (offset_minutes between -1440 and 1440),
    card integer not null references card_name (id),
    kind text not null check (kind in ('suspend', 'unsuspend', 'bury', 'unbury', 'flag', 'remark', 'dispute', 'reset', 'set-due')),
    number integer,
    words text,
    primary key (device, sequence)
) strict, without rowid;

create index mark_card on mark (card);

create table withdrawal (
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    at_ms integer not null,
    offset_minutes integer not null check (offset_minutes between -1440 and 1440),
    fact_device integer not null,
    fact_sequence integer not null,
    primary key (device, sequence)
) strict, without rowid;

create index withdrawal_fact on withdrawal (fact_device, fact_sequence);

-- Caches: everything below can be folded from the facts above, and `ascertain rebuild` does so.

create table card_state (
    card integer primary key references card_name (id),
    phase text not null check (phase in ('new', 'learning', 'review', 'relearning')),
    stability real,
    difficulty real,
    due_day integer,
    due_ms integer,
    step integer not null,
    reps integer not null,
    lapses integer not null,
    first_ms integer,
    first_offset integer,
    last_ms integer,
    last_offset integer,
    suspended integer not null check (suspended in (0, 1)),
    buried_until integer,
    flag integer check (flag between 1 and 7),
    remark text not null,
    disputed integer not null check (disputed in (0, 1)),
    changed_ms integer
) strict;

create table day_sum (
    day integer not null,
    deck text not null,
    reviews integer not null,
    passed integer not null,
    mature_reviews integer not null,
    mature_passed integer not null,
    new_cards integer not null,
    taken_millis integer not null,
    primary key (day, deck)
) strict, without rowid;

create table pace (
    kind text primary key,
    passed integer not null,
    taken_millis integer not null
) strict, without rowid;
