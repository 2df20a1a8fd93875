"""What pages and the command line show, made from the store for whoever looks.

Rules: whoever is outside sees records of audience public of the home group and of whom a person
released (`node.lookup.showing`), and nothing else: no memberships, no peers, no invitations, no answers,
nothing of one's own list, and no name that is known from other records only. Whoever is inside sees
all that the node holds, but for what others wrote while this folder may be an old copy (names stay:
a person must see who is waited for). Reading never writes.
"""

from collections.abc import Callable

from node.features.directory.types import DirectoryPage, DirectoryQuery
from node.features.directory.views import Facets, find_page
from node.features.erasures.types import ErasureView
from node.features.erasures.views import erasure_views
from node.features.groups.types import GroupView
from node.features.groups.views import entry_by_text, home_entry
from node.features.meetings.types import MeetingView
from node.features.meetings.views import meeting_by_name, meeting_views, meetings_edition
from node.features.networks.proposals import proposal_views
from node.features.networks.types import NetworkView, ProposalView
from node.features.networks.views import network_by_text, network_views
from node.features.pacts.types import PactView
from node.features.pacts.views import pact_view, pact_views
from node.features.status.types import StatusView
from node.features.status.views import status_view
from node.lookup.showing import shown_outside
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.store.core import Core
from protocol.ids import from_text


def _never(_peer: bytes) -> bool:
    return False


class Views:
    """Over one `Core`. `me` is the own identity that asks: the home group unless it is given."""

    def __init__(
        self,
        core: Core,
        connected: Callable[[bytes], bool] = _never,
        me: bytes | None = None,
    ) -> None:
        self._core = core
        self._connected = connected
        self._me = me
        self._facets = Facets()

    def _sight(self, viewer: Viewer) -> Sight:
        return Sight(self._core, viewer, self._me or self._core.home_id)

    def home(self, viewer: Viewer) -> GroupView:
        """The group whose node this is."""
        return home_entry(self._sight(viewer), self._core.home_id)

    def directory(self, query: DirectoryQuery, viewer: Viewer) -> DirectoryPage:
        """A page of the directory. Counts are of what the query finds."""
        return find_page(self._sight(viewer), query, self._facets)

    def group(self, id: str, viewer: Viewer) -> GroupView | None:
        """One entry, by its id or a unique beginning of it."""
        return entry_by_text(self._sight(viewer), id)

    def networks(self, viewer: Viewer) -> tuple[NetworkView, ...]:
        """Networks whose charter is known here: one's own first, then by name."""
        return network_views(self._sight(viewer))

    def network(self, id: str, viewer: Viewer) -> NetworkView | None:
        """One network, by its id or a unique beginning of it."""
        return network_by_text(self._sight(viewer), id)

    def proposals(self, id: str) -> tuple[ProposalView, ...]:
        """What members of a network propose, decided and outdated ones too; for inside only."""
        sight = self._sight(Viewer.INSIDE)
        return proposal_views(sight, from_text(id), closed=True)

    def meetings(self, viewer: Viewer, past: bool = False) -> tuple[MeetingView, ...]:
        """Meetings to come, the next one first; or past ones, the latest first."""
        return meeting_views(self._sight(viewer), past)

    def edition(self) -> object:
        """Another one whenever what is public of meetings and names may have changed."""
        return meetings_edition(self._sight(Viewer.OUTSIDE))

    def shown(self) -> object:
        """Another one whenever others are shown outside than before."""
        return shown_outside(self._core, self._core.clock())

    def meeting(self, host_id: str, name: str, viewer: Viewer) -> MeetingView | None:
        """One meeting by its host and its name there."""
        return meeting_by_name(self._sight(viewer), host_id, name)

    def pacts(self) -> tuple[PactView, ...]:
        """Pacts that this node knows, what waits first; for inside only."""
        return pact_views(self._sight(Viewer.INSIDE))

    def pact(self, digest: bytes) -> PactView | None:
        """One pact; for inside only."""
        return pact_view(self._sight(Viewer.INSIDE), digest)

    def erasures(self) -> tuple[ErasureView, ...]:
        """What was erased here, and who confirmed it, the latest first; for inside only."""
        return erasure_views(self._sight(Viewer.INSIDE))

    def status(self) -> StatusView:
        """How the node stands; for inside only."""
        return status_view(self._sight(Viewer.INSIDE), self._connected)
