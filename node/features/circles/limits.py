"""How large and how many things in circles may be, and why."""

NAME_CHARACTERS = 80
PURPOSE_CHARACTERS = 500

TEXT_CHARACTERS = 4_000
"""Two pages; what is longer is a file."""

CIRCLES = 200
"""Of one group: more than it has members who meet."""

POSTS = 20_000
"""On one board: ten years of five a day."""

PER_PAGE = 20
"""Posts on one page of a board."""

PEOPLE_PER_PAGE = 50

FILE_BYTES = 10 * 2**20
"""A scanned letter of ten pages; films have places of their own."""

ALL_BYTES = 500 * 2**20
"""Of all files of all circles: a backup copies them, and ten backups lie beside each other."""

PIECE_BYTES = 2**18
"""A write of some milliseconds."""

FILES = 5
"""At one post."""
