"""Write node/base/lookalikes.txt from Unicode's confusables.txt (UTS 39), the first argument.

    .venv/bin/python scripts/make_lookalikes.py confusables.txt

https://www.unicode.org/Public/security/latest/confusables.txt has it. A line of the result is what
characters look like, a tab, and these characters. Those that NFKC replaces anyway are left out.
"""

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "node" / "base" / "lookalikes.txt"


def main() -> None:
    """Read the one, write the other."""
    source = Path(sys.argv[1]).read_text("utf-8-sig").splitlines()
    version = next(line for line in source if line.startswith("# Version:"))
    found: dict[str, str] = defaultdict(str)
    for line in source:
        if line.startswith("#") or line.count(";") < 2:
            continue
        one, looks, _rest = line.split(";", 2)
        character = chr(int(one, 16))
        if unicodedata.normalize("NFKC", character) == character:
            found["".join(chr(int(part, 16)) for part in looks.split())] += character
    lines = [f"{looks}\t{''.join(sorted(ones))}\n" for looks, ones in sorted(found.items())]
    head = (
        f"# Unicode confusables.txt (UTS 39), {version[2:]}; made by scripts/make_lookalikes.py\n"
        "# © Unicode, Inc. https://www.unicode.org/license.txt, see docs/dependencies.md\n"
    )
    TARGET.write_text(head + "".join(lines), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
