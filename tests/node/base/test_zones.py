"""Time zones as people name them, and times that no clock shows (node.base.zones)."""

from pathlib import Path

import pytest

from node.base.errors import Problem
from node.base.zones import assert_shown, machine_zone, read_zone

UNDERSTOOD = [
    ("Europe/Berlin", "Europe/Berlin"),
    ("europe/berlin", "Europe/Berlin"),
    (" Berlin ", "Europe/Berlin"),
    ("MEZ", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("CET", "Europe/Berlin"),
    ("New York", "America/New_York"),
    ("Wien", "Europe/Vienna"),
    ("ZÜRICH", "Europe/Zurich"),
    ("new_york", "America/New_York"),
    ("Indianapolis", "America/Indianapolis"),
    (":/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
    ("UTC", "Etc/UTC"),
    ("Etc/GMT-1", "Etc/GMT-1"),
]

REFUSED = [
    ("localtime", "zone-local"),
    ("+02:00", "zone-offset"),
    ("+1", "zone-offset"),
    ("UTC+2", "zone-offset"),
    ("GMT-5", "zone-offset"),
    ("CET-1CEST", "zone-offset"),
    ("CET-1CEST,M3.5.0,M10.5.0/3", "zone-offset"),
    ("<+03>-3", "zone-offset"),
    ("EST", "zone-unknown"),
    ("Hintertupfing", "zone-unknown"),
    ("", "zone-unknown"),
    ("Berlin, Deutschland", "zone-unknown"),
    ("Istanbul", "zone-several"),
    ("../../etc/passwd", "zone-unknown"),
    ("posix/Europe/Berlin", "zone-unknown"),
]


@pytest.mark.parametrize(("text", "zone"), UNDERSTOOD)
def test_zone_understood(text: str, zone: str) -> None:
    assert read_zone(text) == zone


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_zone_refused(text: str, code: str) -> None:
    with pytest.raises(Problem) as found:
        read_zone(text)
    assert found.value.code == code


def test_each_of_several_zones_can_be_named() -> None:
    with pytest.raises(Problem, match="zone-several") as refused:
        read_zone("Istanbul")
    assert [read_zone(one) for one in refused.value.values["found"].split(", ")] == [
        "Asia/Istanbul",
        "Europe/Istanbul",
    ]


@pytest.mark.parametrize(
    ("environ", "files", "zone"),
    [
        ({"TZ": "Europe/Paris"}, {"timezone": "Europe/Rome\n"}, "Europe/Paris"),
        ({"TZ": ":/usr/share/zoneinfo/Asia/Tokyo"}, {}, "Asia/Tokyo"),
        ({"TZ": ":/etc/localtime"}, {"localtime": "/usr/share/zoneinfo/Europe/Oslo"}, None),
        ({"TZ": "CET-1CEST"}, {"timezone": "Europe/Rome\n"}, None),
        ({"TZ": "UTC"}, {"timezone": "Europe/Rome\n"}, None),
        ({}, {"timezone": "Etc/UTC\n"}, None),
        ({}, {"localtime": "/usr/share/zoneinfo/Etc/UTC"}, None),
        (
            {},
            {"timezone": "nonsense", "localtime": "/usr/share/zoneinfo/Europe/Oslo"},
            "Europe/Oslo",
        ),
        ({}, {}, None),
    ],
)
def test_zone_of_the_machine(
    environ: dict[str, str], files: dict[str, str], zone: str | None, tmp_path: Path
) -> None:
    for name, content in files.items():
        if name == "localtime":
            (tmp_path / name).symlink_to(content)
        else:
            (tmp_path / name).write_text(content)
    assert machine_zone(environ, tmp_path) == zone


def test_time_that_the_clocks_skip_names_both_readings() -> None:
    with pytest.raises(Problem) as found:
        assert_shown("2027-03-28T02:30", "Europe/Berlin")
    assert found.value.code == "time-skipped"
    assert (found.value.values["first"], found.value.values["second"]) == (
        "2027-03-28 01:30",
        "2027-03-28 03:30",
    )


def test_time_that_the_clocks_show_twice_names_both_readings() -> None:
    with pytest.raises(Problem) as found:
        assert_shown("2027-10-31T02:30", "Europe/Berlin")
    assert found.value.code == "time-twice"
    readings = (found.value.values["first"], found.value.values["second"])
    assert readings == ("2027-10-31 00:30", "2027-10-31 01:30")


@pytest.mark.parametrize("starts", ["2027-03-28T01:59", "2027-03-28T03:00", "2027-10-31T03:00"])
def test_times_beside_a_jump_are_good(starts: str) -> None:
    assert_shown(starts, "Europe/Berlin")
