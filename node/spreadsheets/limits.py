"""How much a file may be. Each limit has its reason; what is larger is refused with words."""

FILE_BYTES = 10 * 1_048_576
"""Of a file: ten thousand people with thirty columns take 3 MB as CSV and less as .xlsx."""

ROWS = 50_000
"""Of a sheet: five times the largest group that is planned for. A hundred thousand rows are an
export of something else."""

COLUMNS = 256
"""Of a sheet, as many as the oldest spreadsheets have: programs for clubs export up to 200."""

CELL_CHARACTERS = 20_000
"""Of a cell: ten pages. What is longer is a picture, or a quotation mark that was never closed."""

SHEETS = 20
"""That are read of one file."""

CELLS = 1_500_000
"""Of all sheets together: `ROWS` with thirty columns each."""

UNPACKED_BYTES = 250 * 1_048_576
"""Of an archive: the XML of `CELLS` takes some 60 MB."""

ARCHIVE_PARTS = 2_000
"""Files in an archive: a workbook with twenty sheets and all their drawings has some hundred."""

MEMORY_BYTES = 400 * 1_048_576
"""Address space of the process that reads: Python and a library take 100, 600,000 cells
as much again."""

CPU_SECONDS = 30
"""Of the process that reads, on a slow machine: 10,000 rows take 2 on a usual one."""

WALL_SECONDS = 90
"""Until it is given up, whatever it does."""

ANSWER_BYTES = 64 * 1_048_576
"""That are taken from it."""
