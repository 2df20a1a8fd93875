"""Who is signed in: sessions, in a table, by the digest of a token that only the browser has.

Rules:

1. A session belongs to a person; or to the *keeper*, who came by the link that the group's machine
   printed and is no person.
2. A person's session lasts as long as it is used, and `REST_SECONDS` beyond; a keeper's one
   evening. Stopping the node ends none.
3. Its last use is written down now and then, not at each request; a full disk keeps nobody out.
4. Looked up by digest: neither the file nor the time that it takes gives a token away.
5. One from the future began while the clock was wrong, and does not count.
"""

import secrets
from contextlib import suppress
from hashlib import blake2b

from node.base.errors import Problem
from node.people.tables import SessionRow, SessionTable
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.check import GRACE

Session = SessionRow

REST_SECONDS = 90 * 86_400
"""A phone that looked in once in a quarter is still known."""

KEEPER_SECONDS = 12 * 3_600
"""A long evening."""

USE_SECONDS = 600
"""Between two notes of the last use: each is a write."""

MOST = 50
"""Sessions of one person; of more the one that rested longest ends."""

FORGET_SECONDS = 30 * 86_400
"""After its end a session is kept so long, in case that the clock was wrong."""


class Sessions:
    """The sessions of one node."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._table = SessionTable(core.db)

    def begin(self, person: str | None, how: str, device: str) -> str:
        """A new session's token. `how` somebody came in: link, password, …"""
        token = secrets.token_urlsafe(32)
        _begin(self._core, token, person, how, device)
        return token

    def find(self, token: str) -> Session | None:
        """The session that this token opens, if it lasts; its use is noted."""
        found = self._table.get(digest_of(token))
        now = self._core.clock()
        if found is None or not now < found.until <= now + rest(found.person) + GRACE:
            return None
        if now - found.used >= USE_SECONDS and self._core.reserve.may_write():
            with suppress(Problem), self._core.transaction():
                self._table.use(found.digest, now, _until(found, now))
        return found

    def of(self, person: str | None) -> list[Session]:
        """Those of a person that last, or of the keeper; last used first."""
        now = self._core.clock()
        return [one for one in self._table.of(person) if one.until > now]

    def end(self, digest: bytes) -> bool:
        """End one; whether there was one."""
        return _end(self._core, digest)

    def move(self, person: str, to: str, digest: bytes | None = None) -> int:
        """Who is signed in as one is the other from now on; all, or in one session.

        Inside `transaction`.
        """
        return self._table.move(person, to, digest)

    def end_all(self, person: str | None, but: bytes = b"") -> int:
        """End those of a person, but for one; how many."""
        return _end_all(self._core, person, but)


def rest(person: str | None) -> int:
    """So long after its last use a session lasts."""
    return KEEPER_SECONDS if person is None else REST_SECONDS


def digest_of(token: str) -> bytes:
    """By which a session is known."""
    return blake2b(token.encode("utf-8", "replace"), digest_size=32).digest()


def _until(found: Session, now: int) -> int:
    """A keeper's evening is not made longer."""
    return found.until if found.person is None else now + rest(found.person)


@essential
def _begin(core: Core, token: str, person: str | None, how: str, device: str) -> None:
    table, now = SessionTable(core.db), core.clock()
    with core.transaction():
        table.forget(now - FORGET_SECONDS)
        for one in table.of(person)[MOST - 1 :]:
            table.end(one.digest)
        row = SessionRow(digest_of(token), person, how, device, now, now, now + rest(person))
        table.add(row)


@essential
def _end(core: Core, digest: bytes) -> bool:
    with core.transaction():
        return SessionTable(core.db).end(digest)


@essential
def _end_all(core: Core, person: str | None, but: bytes) -> int:
    with core.transaction():
        return SessionTable(core.db).end_all(person, but)
