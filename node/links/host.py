"""What a link needs of the node around it."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from node.links.cpu_quota import CpuQuota
from node.links.group_commit import GroupCommit
from node.links.progress import TransferProgress
from node.links.session_store import Shelves
from node.links.verifiers import Verifiers
from node.store.core import Core
from sync.channel import Secure
from sync.events import Introduced

L = TypeVar("L", contravariant=True)


class Host(Protocol[L]):
    """The node around a link, as far as the link needs it."""

    core: Core
    handshake_seconds: float
    verifiers: Verifiers
    commits: GroupCommit
    shelves: Shelves
    shares: CpuQuota
    arrivals: TransferProgress

    def welcome(self, introduced: Introduced, dialled: bool) -> bool:
        """Whether to go on with the node that introduced itself."""

    def introduced(self, secure: Secure) -> None:
        """Both sides showed who they are, and said what there is to say about themselves."""

    def behind(self, envelopes: Sequence[bytes]) -> None:
        """Somebody showed newer chains of what this node holds."""

    def announced(self, link: L, ids: Sequence[bytes]) -> Sequence[bytes]:
        """The other side has new records: which of them it is to send."""

    def came(self, link: L, ids: Iterable[bytes]) -> None:
        """Records came, and are about to be stored or refused."""

    def arrived(self, here: Iterable[bytes], refused: Iterable[bytes]) -> None:
        """Records came: those that are here now, or were, and those that were refused."""

    def reconciled(self, link: L) -> None:
        """A round with this peer is over, and for now nothing more is to be exchanged."""

    def joined(self, link: L) -> bool:
        """The handshake is done; False if another session with this node stays instead."""

    def left(self, link: L) -> None:
        """The link is over."""
