"""What a running node remembers of people who are coming in."""

from node.features.ways.passkeys import Challenges
from node.store.core import Core


class State:
    """In memory: when the node stops, nobody waits any longer."""

    def __init__(self, core: Core) -> None:
        self.challenges = Challenges(core.entropy, core.clock.steady)
