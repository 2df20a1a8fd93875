"""Which of those asked have the pact, as far as one can know: shown for each (§6.6, §10)."""

from pathlib import Path
from typing import Any

from tests.days import day
from tests.node.cli.people import Person, befriend

ASK = ("--name", "Neu", "--until", day(20), "--stay", "--quorum", "3", "--yes")


def stick(giver: Person, taker: Person, folder: Path) -> str:
    """A file for somebody, written and not yet read."""
    file = str(folder / f"{giver.name}-{taker.name}.verbund")
    giver.types("bundle", "write", file, "--for", taker.name, "--replace")
    return file


def handed(person: Person) -> dict[str, tuple[Any, ...]]:
    """By name: whether it has the pact, how, and whether a time is told."""
    signers = person.gets("pact", "show", "Neu")["signers"]
    return {
        one["who"]["name"]: (one["reached"], one["how"], one["at"] is not None)
        for one in signers
        if one["who"]["name"] != person.name
    }


def test_by_files(alpha: Person, beta: Person, gamma: Person, tmp_path: Path) -> None:
    """Written for one: not confirmed. What comes back confirms, whether it signed or not."""
    for one, other in ((alpha, beta), (alpha, gamma), (beta, gamma)):
        befriend(one, other)
    early = stick(alpha, beta, tmp_path)
    alpha.types("pact", "propose", "Beta", "Gamma", *ASK)
    nothing = ("no-way", None, False)
    assert handed(alpha) == {"Beta": nothing, "Gamma": nothing}, "the file was older than the pact"
    assert "not handed over" in alpha.types("pact", "show", "Neu")[0]
    beta.types("bundle", "read", early)
    back = stick(beta, alpha, tmp_path)
    alpha.types("bundle", "read", back)
    assert handed(alpha) == {"Beta": nothing, "Gamma": nothing}, "nor is it in what came back"
    file = stick(alpha, beta, tmp_path)
    assert handed(alpha) == {"Beta": ("file", None, True), "Gamma": nothing}
    said = alpha.types("pact", "show", "Neu")[0]
    assert "Beta: not confirmed; a file for it was written on" in " ".join(said.split())
    assert "“verbund bundle write FILE --for GROUP” writes it again" in " ".join(said.split())
    beta.types("bundle", "read", file)
    alpha.types("bundle", "read", stick(beta, alpha, tmp_path))
    assert handed(alpha) == {"Beta": ("yes", "answer", True), "Gamma": nothing}
    stick(alpha, beta, tmp_path)
    assert handed(alpha)["Beta"] == ("yes", "answer", True), "what is sure stays"
    gamma.types("bundle", "read", stick(alpha, gamma, tmp_path))
    gamma.types("pact", "sign", "Neu", "--yes")
    assert handed(alpha)["Gamma"] == ("file", None, True)
    alpha.types("bundle", "read", stick(gamma, alpha, tmp_path))
    assert handed(alpha)["Gamma"] == ("yes", "answer", True)
    assert alpha.gets("status")["pacts"][0]["signed"] == 2
