-- What an import brought of a card of another program: its answers and marks in one row instead of one row each. `facts` is a protobuf
-- message (src/store/packed.rs); each fact in it has a name like any other, the device of the row and a number of its own. The row has the
-- name of its first fact, and is taken back by that name as a whole.

create table packed (
    card integer not null references card_name (id),
    device integer not null,
    sequence integer not null check (sequence > 0),
    op integer not null,
    scheduler integer not null,
    policy_device integer,
    policy_sequence integer,
    text_hash integer not null,
    kind text not null,
    answers integer not null check (answers >= 0),
    facts blob not null,
    primary key (card, device, sequence),
    foreign key (policy_device, policy_sequence) references policy (device, sequence)
) strict, without rowid;
