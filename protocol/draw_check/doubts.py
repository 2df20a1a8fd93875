"""What a verifier has to say against a transcript."""

from dataclasses import dataclass, field

SHOWN = 5
"""Places that are named for each kind of doubt; all are counted."""


@dataclass
class Doubts:
    """Codes, each with the first places where it was found and how often."""

    where: dict[str, list[str]] = field(default_factory=dict)
    count: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, place: str = "") -> None:
        """Something is not as the transcript says."""
        self.count[code] = self.count.get(code, 0) + 1
        places = self.where.setdefault(code, [])
        if place and len(places) < SHOWN:
            places.append(place)

    def expect(self, holds: bool, code: str, place: str = "") -> bool:
        """`add` unless it holds; gives whether it does."""
        if not holds:
            self.add(code, place)
        return holds

    def __bool__(self) -> bool:
        return bool(self.count)
