"""Makes the library of `clock.c`, and says how a process is told to live by it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


class NoCompiler(Exception):  # noqa: N818 - said to a person as it is
    """This machine can't make the library."""


def build(folder: Path) -> Path:
    """The library, made in `folder`; NoCompiler with what to do."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if sys.platform != "linux" or compiler is None:
        raise NoCompiler(
            "A clock that is ahead needs Linux and a C compiler"
            " (Debian: sudo apt install gcc libc6-dev)."
        )
    library = folder / "clock.so"
    flags = ("-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror")
    subprocess.run([compiler, *flags, "-o", library, SOURCE], check=True)
    return library


def ahead(library: Path, seconds: int) -> dict[str, str]:
    """What the environment of a process needs besides."""
    before = os.environ.get("LD_PRELOAD", "")
    preload = f"{library} {before}".strip()
    return {"LD_PRELOAD": preload, "LATER_SECONDS": str(seconds)}
