"""What a node keeps, in one SQLite file, behind a narrow interface.

* `database`: the connection: WAL, `synchronous=FULL` asserted, migrations, one writer at a time
* `records`: verified records at their places, and what was opened of sealed ones
* `directory`, `known_names`: the searchable view of group and network entries
* `settings`, `counters`, `codes`, `refused`, `departures`, `erasures`: what never leaves the node
* `core`: all of them together, and the ties read into memory

What belongs to one noun only has its tables in `node/features/<noun>/tables.py`.

SQL is portable (a large contact point will run on PostgreSQL); what only SQLite can, the text
search and the pragmas, stands in `database` and `directory`. Nobody outside writes SQL.
"""
