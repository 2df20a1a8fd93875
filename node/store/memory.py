"""What this node said and holds itself, kept with the act (docs/protocol.md §6.10, 9).

Records can be written by whoever has a stolen key; this can't.
"""

from node.store.settings import Settings
from protocol.memory import Memory

_START = "memory/"


def read_memory(settings: Settings) -> Memory:
    """All of it."""
    found = Memory()
    for key, value in settings.starting_with(_START):
        what, *named = key.removeprefix(_START).split("/")
        ids = tuple(map(bytes.fromhex, named))
        match what, ids:
            case "held", (network,):
                found.held[network] = bytes.fromhex(value)
            case "stated", (network,):
                found.stated[network] = bytes.fromhex(value)
            case "vote", (own, link):
                found.votes.add((own, link))
            case "signed", (own, pact):
                found.signed.add((own, pact))
            case "acted", (pact, signer, signing):
                found.acted.add((pact, signer, signing))
    return found


def keep_held(settings: Settings, memory: Memory, network: bytes, decision: bytes) -> None:
    """Never give up this decision for what does not follow it. Inside a transaction."""
    memory.held[network] = decision
    settings.set(f"{_START}held/{network.hex()}", decision.hex())


def keep_stated(settings: Settings, memory: Memory, network: bytes, decision: bytes) -> None:
    """Attest this decision from now on. Inside a transaction."""
    memory.stated[network] = decision
    settings.set(f"{_START}stated/{network.hex()}", decision.hex())


def keep_vote(settings: Settings, memory: Memory, own: bytes, link: bytes) -> None:
    """`own` voted for a link. Inside a transaction."""
    memory.votes.add((own, link))
    settings.set(f"{_START}vote/{own.hex()}/{link.hex()}", 1)


def keep_signed(settings: Settings, memory: Memory, own: bytes, pact: bytes) -> None:
    """`own` signed a pact. Inside a transaction."""
    memory.signed.add((own, pact))
    settings.set(f"{_START}signed/{own.hex()}/{pact.hex()}", 1)


def keep_acted(settings: Settings, memory: Memory, pact: bytes, signer: bytes, key: bytes) -> None:
    """This node acts on a signature under a key. Inside a transaction."""
    memory.acted.add((pact, signer, key))
    settings.set(f"{_START}acted/{pact.hex()}/{signer.hex()}/{key.hex()}", 1)
