"""Two sides that shake hands in memory (docs/protocol.md §8.2)."""

from sync.handshake import Answerer, Dialler, Handshake
from tests.sync.memory import ANNA, BERT, HOST, Net, Node
from tests.sync.people import Someone, entropy

NET = Net.of("bund", BERT)
CODE = bytes(range(16))


def dialler(
    node: Node | None = None, to: Someone = BERT, host: str = HOST, code: bytes | None = None
) -> Dialler:
    node = node or Node(ANNA)
    return Dialler(node.holdings(), node.ties, to.id, host, code, bytes(32), entropy("nonce d"))


def answerer(node: Node | None = None) -> Answerer:
    node = node or Node(BERT)
    return Answerer(node.holdings(), node.ties, {HOST}, entropy("seed a"), entropy("nonce a"))


def carry(sender: Handshake, receiver: Handshake) -> list[object]:
    """Deliver everything; the events of the receiver."""
    return [event for message in sender.outgoing() for event in receiver.receive(message)]


def until_decision() -> tuple[Dialler, Answerer]:
    """The answerer is to decide."""
    here, there = dialler(), answerer()
    carry(here, there)
    carry(there, here)
    here.accept()
    carry(here, there)
    return here, there
