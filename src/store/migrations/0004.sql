-- Where a card of another program stood when it was imported: a mark of its own, so that folding gives it again.

create table mark_with_carry (
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    at_ms integer not null,
    offset_minutes integer not null check (offset_minutes between -1440 and 1440),
    card integer not null references card_name (id),
    kind text not null check (kind in ('suspend', 'unsuspend', 'bury', 'unbury', 'flag', 'remark', 'dispute', 'reset', 'set-due', 'claim', 'carry')),
    number integer,
    words text,
    primary key (device, sequence)
) strict, without rowid;

insert into mark_with_carry select device, sequence, op, at_ms, offset_minutes, card, kind, number, words from mark;
drop table mark;
alter table mark_with_carry rename to mark;
create index mark_card on mark (card);
