"""What the pages need from the rest of the node."""

from typing import BinaryIO, Protocol

from node.features.bundles.types import BundleView
from node.features.directory.types import DirectoryPage, DirectoryQuery
from node.features.erasures.types import ErasureView
from node.features.groups.types import GroupView
from node.features.meetings.types import MeetingView
from node.features.networks.types import NetworkView
from node.features.pacts.types import PactView
from node.features.status.types import StatusView
from node.lookup.types import Viewer


class PageViews(Protocol):
    """Reads the store. Whatever `viewer` may not see is left out or None.

    Ids may be unique prefixes of at least four characters. `MeetingView.id` ends with the meeting's
    name at its host (docs/protocol.md §7.7): the name alone, or after `host/`.
    """

    def home(self, viewer: Viewer) -> GroupView:
        """The group whose page this is."""

    def directory(self, query: DirectoryQuery, viewer: Viewer) -> DirectoryPage:
        """A page of the directory. Counts are of what the query finds."""

    def group(self, id: str, viewer: Viewer) -> GroupView | None:
        """One entry of the directory."""

    def networks(self, viewer: Viewer) -> tuple[NetworkView, ...]:
        """Networks known here."""

    def network(self, id: str, viewer: Viewer) -> NetworkView | None:
        """One network."""

    def meetings(self, viewer: Viewer, past: bool) -> tuple[MeetingView, ...]:
        """Meetings to come, the next one first; or past ones, the latest first."""

    def edition(self) -> object:
        """Another one whenever what is public of meetings and names may have changed."""

    def shown(self) -> object:
        """Another one whenever others are shown outside than before."""

    def meeting(self, host_id: str, name: str, viewer: Viewer) -> MeetingView | None:
        """One meeting by its host and its name there."""

    def pacts(self) -> tuple[PactView, ...]:
        """All pacts that this node knows; asked for inside only."""

    def erasures(self) -> tuple[ErasureView, ...]:
        """What was erased here, the latest first; asked for inside only."""

    def status(self) -> StatusView:
        """How the node stands; asked for inside only."""


class Bundles(Protocol):
    """Records in files (docs/protocol.md §10). Called in threads; `Problem` if it can't be done."""

    def write(self, recipient: str, out: BinaryIO) -> None:
        """A bundle for the identity with this id; for `everybody`, an introduction."""

    def read(self, source: BinaryIO) -> BundleView:
        """Take in what is in a file, which can be read again from its beginning."""


class Doors(Protocol):
    """Who is inside. Codes and tokens are secrets; the doors compare them in constant time."""

    def enter(self, code: str) -> str | None:
        """The token of a new stay, for a one-time code; None if it is wrong, used or too old."""

    def is_inside(self, token: str) -> bool:
        """Whether this token's stay lasts."""

    def leave(self, token: str) -> None:
        """End this token's stay."""
