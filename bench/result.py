"""What a benchmark prints, and how medians are taken."""

import json
import sys
from collections.abc import Mapping
from statistics import median, quantiles
from typing import NamedTuple


class Result(NamedTuple):
    """One line. `ratio` is to `ratio_to`, measured in the same run; `wanted` is said in words."""

    name: str
    value: float
    unit: str
    ratio: float | None
    ratio_to: str | None
    wanted: str
    ok: bool
    more: Mapping[str, object] = {}
    """What else was measured in the same go: fields of the line besides these."""

    def line(self) -> str:
        """As it is printed."""
        fields = self._asdict()
        more = fields.pop("more")
        return json.dumps(fields | dict(more))


def say(text: str) -> None:
    """Prose and progress."""
    print(f"  {text}", file=sys.stderr, flush=True)


def percentile(values: list[float], percent: int) -> float:
    """The value below which `percent` of all lie."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


__all__ = ["Result", "median", "percentile", "say"]
