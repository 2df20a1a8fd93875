"""The tables of the people who belong to a group."""

FIRST = """
create table persons (
    id text primary key, name text not null, standing text not null,
    key_person integer not null default 0, treasurer integer not null default 0,
    made integer not null
);
create index persons_standing on persons (standing);
"""
