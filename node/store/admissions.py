"""How many groups open networks admitted today without a person (docs/protocol.md §6.2)."""

from node.store.settings import Settings

BY_ONE, IN_ALL = 3, 30
"""Groups that one node brought to one network within a day; and all."""

DAY = 86_400

_KEY = "admitted/"


class Admissions:
    """Counted by network and introducer. Inside a transaction."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def may_admit(self, network: bytes, introducer: bytes, now: int) -> bool:
        """Whether one more may be admitted by itself; it counts as admitted then."""
        key, who = _KEY + network.hex(), introducer.hex()
        today = [(at, by) for at, by in self.settings.get(key, []) if now - DAY < at <= now]
        brought = sum(by == who for _at, by in today)
        if brought >= BY_ONE or len(today) >= IN_ALL:
            return False
        self.settings.set(key, [*today, (now, who)])
        return True
