"""What a node keeps, in one SQLite file, behind a narrow interface.

* `database`: the connection: WAL, `synchronous=FULL` asserted, migrations, one writer at a time
* `records`: verified records at their places, and what was opened of sealed ones
* `directory`: the searchable view of group and network entries
* `notes`: what never leaves the node: settings, codes given out, one's own list, what was refused

SQL is portable (a large contact point will run on PostgreSQL); what only SQLite can, the text
search and the pragmas, stands in `database` and `directory`. Nobody outside writes SQL.
"""
