"""The transcript: what is written down of a draw (§13.8).

People and meetings stand in the order of the list, with lots from 1; regions and short groups are
written once and referred to by their place.
"""

from typing import Any

from protocol.draw.bits import ones
from protocol.draw.certificates import (
    Outcome,
    Reason,
    closing_reason,
    empty_chairs,
    group_facts,
)
from protocol.draw.instance import Instance
from protocol.draw.mixing import totals
from protocol.draw_format.transcripts import FORMAT


def document(outcome: Outcome, seed: bytes) -> dict[str, Any]:
    """The transcript without its seal."""
    instance, source = outcome.instance, outcome.instance.source
    regions: dict[int, int] = {}
    groups: dict[int, int] = {}
    people = [_person(outcome, one, regions) for one in range(len(source.people))]
    pairs = 0 if source.mode == "intro" else _encounters(outcome, people)
    meetings = _meetings(outcome, groups)
    return {
        "format": FORMAT,
        "groups": [
            {"meetings": _names(instance, one)} | group_facts(instance, one) for one in groups
        ],
        "list": source.fingerprint.hex(),
        "meetings": meetings,
        "mode": source.mode,
        "people": people,
        "regions": [_region(outcome, one) for one in regions],
        "seed": seed.hex(),
        "share": list(source.share),
        "totals": _totals(outcome, people, pairs),
    }


def _names(instance: Instance, mask: int) -> list[str]:
    return [instance.source.meetings[one].id for one in ones(mask)]


def _person(outcome: Outcome, number: int, regions: dict[int, int]) -> dict[str, Any]:
    instance = outcome.instance
    unit = instance.unit_of[number]
    row: dict[str, Any] = {"id": instance.source.people[number].id, "lot": unit + 1}
    if instance.waived[number]:
        row["waived"] = instance.waived[number].bit_count()
    meeting = outcome.at[unit]
    if meeting < 0:
        return row | _why(outcome.reasons[unit], regions)
    row["seat"] = instance.source.meetings[meeting].id
    if instance.source.mode == "intro":
        row["rank"] = instance.cost(number, meeting)
        if meeting not in instance.source.people[number].wishes:
            row["unwished"] = True
    return row


def _encounters(outcome: Outcome, people: list[dict[str, Any]]) -> int:
    again, own, pairs = totals(outcome.instance, outcome.at)
    for row, met, same in zip(people, again, own, strict=True):
        if "seat" in row:
            row |= {"again": met, "own": same}
    return pairs


def _why(reason: Reason, regions: dict[int, int]) -> dict[str, Any]:
    if not reason.regions:
        return {"why": reason.why}
    places = [regions.setdefault(one, len(regions)) for one in reason.regions]
    return {"regions": places, "why": reason.why}


def _meetings(outcome: Outcome, groups: dict[int, int]) -> list[dict[str, Any]]:
    instance, chairs = outcome.instance, empty_chairs(outcome)
    closed = {one.meeting: one for one in outcome.closings}
    order = {one.meeting: place for place, one in enumerate(outcome.closings, 1)}
    count = [0] * instance.meetings
    for unit, at in enumerate(outcome.at):
        if at >= 0:
            count[at] += instance.size[unit]
    rows = []
    for number, meeting in enumerate(instance.source.meetings):
        row: dict[str, Any] = {"id": meeting.id, "lot": instance.meeting_lot[number] + 1}
        if number in closed:
            row["closed"] = order[number]
            if closed[number].group:
                row["group"] = groups.setdefault(closed[number].group, len(groups))
            else:
                row["why"] = closing_reason(outcome, closed[number])
        else:
            row["people"] = count[number]
            if number in chairs:
                row["empty"] = chairs[number]
        rows.append(row)
    return rows


def _region(outcome: Outcome, region: int) -> dict[str, Any]:
    """A region, its seats, and the people with a seat who can sit nowhere else."""
    instance, outside = outcome.instance, outcome.open & ~region
    people = sum(
        instance.size[unit]
        for unit, meeting in enumerate(outcome.at)
        if meeting >= 0 and region >> meeting & 1 and not instance.may[unit] & outside
    )
    return {
        "meetings": _names(instance, region),
        "people": people,
        "seats": sum(instance.most[one] for one in ones(region)),
    }


def _totals(outcome: Outcome, people: list[dict[str, Any]], pairs: int) -> dict[str, int]:
    instance = outcome.instance
    seated = [row for row in people if "seat" in row]
    found = {
        "open": outcome.open.bit_count(),
        "people": len(people),
        "seated": len(seated),
        "seats": sum(instance.most[one] for one in ones(outcome.open)),
    }
    if instance.source.mode == "intro":
        found["ranks"] = sum(row["rank"] for row in seated)
    else:
        found["pairs"] = pairs
        for key in ("again", "own"):
            found[key] = sum(row[key] for row in seated) // 2
    return found
