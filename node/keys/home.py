"""The folder of a node: its database, its key file, its certificate.

`VERBUND_HOME`, `--home`, or the platform's data folder. The key file has mode 0600 and is replaced
as a whole: written beside, flushed to the disk, renamed.
"""

import os
import secrets
from pathlib import Path

from platformdirs import user_data_path

from crypto.errors import BadKeyFile, WrongPassphrase
from crypto.keyfile import is_locked, lock, unlock
from node.base.errors import Problem
from node.base.files import PRIVATE, open_own, sync_folder, write_private
from node.keys.ring import Ring
from protocol.errors import Malformed

ENTROPY_BYTES = 40
"""Salt and nonce of a locked key file (crypto.keyfile.LOCK_ENTROPY_BYTES)."""


BEGINNING = "beginning"
"""The folder inside in which a new node is made (`node.keys.staging`)."""


class Home:
    """One folder of one node."""

    def __init__(self, path: Path | None = None) -> None:
        chosen = path or os.environ.get("VERBUND_HOME") or user_data_path("verbund", False)
        self.path = Path(chosen).expanduser().absolute()

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "verbund.db"

    @property
    def key_file(self) -> Path:
        """The operational keys."""
        return self.path / "keys"

    @property
    def exists(self) -> bool:
        """Whether `init` was done here."""
        try:
            return self.key_file.exists()
        except OSError as error:
            raise Problem("home-unreadable", path=self.path, why=error.strerror) from error

    def create(self) -> None:
        """Make the folder and an empty database, readable by their owner only.

        The rights of a folder that holds other things stay as they are: it may be a common one.
        """
        self.make_folder()
        try:
            os.close(open_own(self.database, os.O_WRONLY | os.O_CREAT))
            self.database.chmod(PRIVATE)
        except OSError as error:
            raise Problem("home-unwritable", path=self.path, why=error.strerror) from error

    def make_folder(self) -> None:
        """Make the folder alone."""
        self.assert_nothing_lost()
        try:
            made = [one for one in (self.path, *self.path.parents) if not one.exists()]
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            for one in made:  # or a power cut takes the folder with all that is in it
                sync_folder(one.parent)
            if not any(self.path.iterdir()):
                self.path.chmod(0o700)
        except OSError as error:
            raise Problem("home-unwritable", path=self.path, why=error.strerror) from error

    def discard(self) -> None:
        """Take away what a start made that broke off."""
        databases = (self.database.with_name(self.database.name + end) for end in ("-wal", "-shm"))
        own = (self.key_file, _beside(self.key_file), self.path / "reserve", self.database)
        for path in (*own, *databases):
            path.unlink(missing_ok=True)

    def require(self) -> None:
        """Raise unless `init` was done here."""
        if not self.exists:
            self.assert_nothing_lost()
            raise Problem("no-home", path=self.path)

    def assert_nothing_lost(self) -> None:
        """Raise if a database is here and its keys are not: a new node would overwrite it."""
        if self.exists or (self.path / BEGINNING).is_dir():  # it broke off: nothing was said yet
            return
        if self.database.is_file() and self.database.stat().st_size:
            raise Problem("keys-missing", path=self.path)

    @property
    def is_locked(self) -> bool:
        """Whether the key file needs a passphrase."""
        return is_locked(self.key_file.read_bytes())

    def write_ring(self, ring: Ring, passphrase: str | None) -> None:
        """Replace the key file."""
        data = lock(ring.pack(), passphrase, secrets.token_bytes(ENTROPY_BYTES))
        write_private(self.key_file, data)

    def read_ring(self, passphrase: str | None) -> Ring:
        """Open the key file."""
        self.require()
        try:
            return Ring.unpack(unlock(self.key_file.read_bytes(), passphrase))
        except WrongPassphrase as error:
            code = "passphrase-needed" if passphrase is None else "passphrase-wrong"
            raise Problem(code, path=self.key_file) from error
        except (BadKeyFile, Malformed, LookupError, TypeError, ValueError) as error:
            raise Problem("key-file-damaged", path=self.key_file, why=str(error)) from error
        except OSError as error:
            raise Problem("key-file-unreadable", path=self.key_file, why=error.strerror) from error


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".new")
