-- Mock exams. A sitting and everything that happens in it are facts; the questions' texts are kept with them, so that a report stays
-- true when a deck is edited or removed. Clocks: `monotonic_ms` since the program started, `steady_ms` since `steady_origin`
-- (a start of the machine where the system names one), sleep included if `steady_sleep` is 1.

create table item_text (
    hash integer primary key,
    words text not null
) strict;

create table sitting (
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    at_ms integer not null,
    offset_minutes integer not null check (offset_minutes between -1440 and 1440),
    exam text,
    title text not null,
    driver text not null check (driver in ('linear', 'sectioned', 'forward-only', 'adaptive')),
    adaptive_min integer,
    adaptive_max integer,
    adaptive_confidence real,
    scoring text not null check (scoring in ('scaled', 'percent', 'unpublished')),
    scale_min integer,
    scale_max integer,
    cut_score real,
    partial_credit integer not null check (partial_credit in (0, 1)),
    limit_ms integer check (limit_ms > 0),
    strict_time integer not null check (strict_time in (0, 1)),
    reasons_at_once integer not null check (reasons_at_once in (0, 1)),
    ask_confidence integer not null check (ask_confidence in (0, 1)),
    extra_time text not null,
    seed integer not null,
    primary key (device, sequence)
) strict, without rowid;

create table sitting_domain (
    device integer not null,
    sequence integer not null,
    place integer not null check (place >= 0),
    id text not null,
    title text not null,
    weight real,
    wanted integer not null,
    primary key (device, sequence, place),
    foreign key (device, sequence) references sitting (device, sequence)
) strict, without rowid;

create table sitting_section (
    device integer not null,
    sequence integer not null,
    place integer not null check (place >= 0),
    title text not null,
    share real not null,
    primary key (device, sequence, place),
    foreign key (device, sequence) references sitting (device, sequence)
) strict, without rowid;

create table sitting_item (
    device integer not null,
    sequence integer not null,
    place integer not null check (place >= 0),
    card integer not null references card_name (id),
    text_hash integer not null references item_text (hash),
    domain integer not null,
    section integer not null,
    scored integer not null check (scored in (0, 1)),
    shown_order text not null,
    expect real not null,
    primary key (device, sequence, place),
    foreign key (device, sequence) references sitting (device, sequence)
) strict, without rowid;

create table exam_event (
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    at_ms integer not null,
    offset_minutes integer not null check (offset_minutes between -1440 and 1440),
    monotonic_ms integer not null,
    steady_origin integer,
    steady_ms integer,
    steady_sleep integer,
    sitting_device integer not null,
    sitting_sequence integer not null,
    kind text not null,
    place integer,
    number integer,
    words text,
    primary key (device, sequence),
    foreign key (sitting_device, sitting_sequence) references sitting (device, sequence)
) strict, without rowid;

create index exam_event_sitting on exam_event (sitting_device, sitting_sequence);

-- Caches: what a scorer of a named version made of the facts above.

create table sitting_result (
    device integer not null,
    sequence integer not null,
    scorer integer not null,
    ended_ms integer not null,
    ended_offset integer not null,
    used_ms integer not null,
    raw real not null,
    counted integer not null,
    share real not null,
    shown integer not null,
    shown_cut integer,
    passed integer check (passed in (0, 1)),
    primary key (device, sequence),
    foreign key (device, sequence) references sitting (device, sequence)
) strict, without rowid;

create table item_result (
    device integer not null,
    sequence integer not null,
    place integer not null,
    card integer not null references card_name (id),
    at_ms integer not null,
    credit real not null,
    taken_ms integer not null,
    primary key (device, sequence, place),
    foreign key (device, sequence) references sitting (device, sequence)
) strict, without rowid;

create index item_result_card on item_result (card);
