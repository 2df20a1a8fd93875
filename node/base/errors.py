"""Problems that a person meets. Each has a text in both languages: `errors.<code>`.

The text says what happened, what was kept safe, and what to do. `values` are its placeholders;
they never hold personal data beyond what the person typed.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date


class Problem(Exception):  # noqa: N818 - a person reads it; "error" is what it avoids to say
    """Something was refused, for a reason. Exit status 1 on the command line."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        """For logs: the code only."""
        return self.code


class UnclearDate(ValueError):  # noqa: N818 - a person reads why; it is no fault
    """A text that is no day, or not one only.

    `code` is one of `base.dates.CODES`; `readings` are the days that an ambiguous one can mean.
    """

    def __init__(self, code: str, text: str, readings: "tuple[date, ...]" = ()) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.readings = readings
