-- The plan to the exam: "I know this" as a mark, and what was told of the chance of passing.

create table mark_with_claim (
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    at_ms integer not null,
    offset_minutes integer not null check (offset_minutes between -1440 and 1440),
    card integer not null references card_name (id),
    kind text not null check (kind in ('suspend', 'unsuspend', 'bury', 'unbury', 'flag', 'remark', 'dispute', 'reset', 'set-due', 'claim')),
    number integer,
    words text,
    primary key (device, sequence)
) strict, without rowid;

insert into mark_with_claim select device, sequence, op, at_ms, offset_minutes, card, kind, number, words from mark;
drop table mark;
alter table mark_with_claim rename to mark;
create index mark_card on mark (card);

alter table card_state add column claimed integer not null default 0 check (claimed in (0, 1));

-- What the learner was told on a day: the chance of passing on the exam day, and the share of questions that would be right if the exam
-- were sat on this day, which a mock exam of the day can be held against. From 0 to 1; intervals hold with 80 %. The newest of a day
-- stays.
create table told (
    exam text not null,
    day integer not null,
    exam_day integer not null,
    chance real not null check (chance between 0 and 1),
    chance_low real not null,
    chance_high real not null,
    share real not null,
    share_low real not null,
    share_high real not null,
    mocks integer not null,
    primary key (exam, day)
) strict, without rowid;
