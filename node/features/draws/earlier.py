"""What earlier draws tell the next one: who met whom, and who was left out."""

from typing import Any

NOT_LEFT_OUT = ("nothing", "apart")
"""Their own restrictions, or those between them, left nothing: no lot decided against them."""


def earlier(
    documents: list[dict[str, Any]],
) -> tuple[tuple[list[list[str]], ...], tuple[tuple[str, int], ...]]:
    """Rounds of who sat together, and how often in a row each person was left out until now.

    The transcripts stand in the order in which they were drawn.
    """
    rounds, left_out = [], dict[str, int]()
    for document in documents:
        tables: dict[str, list[str]] = {}
        for row in document["people"]:
            if "seat" in row:
                tables.setdefault(row["seat"], []).append(row["id"])
                left_out.pop(row["id"], None)
            elif row["why"] not in NOT_LEFT_OUT:
                left_out[row["id"]] = left_out.get(row["id"], 0) + 1
        rounds.append(list(tables.values()))
    return tuple(rounds), tuple(sorted(left_out.items()))
