"""How pacts are shown in a terminal."""

from node.base.lookalikes import SHORT_ID
from node.cli.context import Context
from node.cli.sheet import Sheet
from node.cli.words import day
from node.features.networks.terminal import show_charter
from node.features.pacts.types import PactView


def show_pact(sheet: Sheet, view: PactView, context: Context) -> None:
    """What a pact is about, who signed, and the charter of the network to be."""
    texts, t = context.texts, context.t
    show_charter(sheet, view.charter, context)
    sheet.heading(t("pacts.cli.heading"))
    signed = [context.called(one.who) for one in view.signers if one.signed]
    missing = [context.called(one.who) for one in view.signers if not one.signed]
    sheet.facts(
        [
            (t("common.label.state"), t(f"pacts.state.{view.state}")),
            (t("pacts.label.proposer"), context.called(view.proposer)),
            (t("pacts.label.leaves"), context.called(view.leaves) if view.leaves else None),
            (t("common.label.until"), day(view.until - 1, texts)),
            (t("pacts.label.quorum"), str(view.quorum)),
            (t("pacts.label.signed"), "\n".join(signed)),
            (t("pacts.label.missing"), "\n".join(missing)),
            (t("pacts.label.carriers"), "\n".join(map(context.called, view.carriers))),
            (t("pacts.label.handed"), _handed(view, context)),
            (t("common.label.note"), view.note),
            (t("common.label.id"), view.id),
        ]
    )
    for line in pact_reach(view, context):
        sheet.hint(line)


def _handed(view: PactView, context: Context) -> str | None:
    """Per group that was asked: whether it has the pact, how it got there, and when."""
    if view.state != "open":
        return None
    lines = []
    for one in view.signers:
        if one.reached is not None:
            how = one.how if one.reached == "yes" and one.how else one.reached.replace("-", "_")
            values = {"day": day(one.at, context.texts)} if one.at else {}
            said = context.t(f"pacts.handed.{how}", **values)
            lines.append(f"{context.called(one.who)}: {said}")
    return "\n".join(lines) or None


def pact_rows(views: tuple[PactView, ...], context: Context) -> list[list[str]]:
    """One row for each pact."""
    return [
        [
            one.id[:SHORT_ID],
            one.name,
            context.t(f"pacts.state.{one.state}"),
            f"{one.signed}/{one.quorum}",
            str(sum(who.reached in ("waiting", "file", "no-way") for who in one.signers) or ""),
            day(one.until - 1, context.texts),
        ]
        for one in views
    ]


def pact_reach(view: PactView, context: Context) -> list[str]:
    """Whom what our group says of a pact has not reached, and what to do about it."""
    founded = view.state in ("agreed", "late", "done")
    if not founded and view.state != "open":
        return []
    lines = []
    if view.misdated:
        lines.append(context.t("pacts.cli.misdated", name=view.name))
    for how in ("waiting", "file", "carried", "no-way"):
        names = ", ".join(context.called(one.who) for one in view.signers if one.reached == how)
        if names:
            key = "cut_off" if founded else f"reach_{how.replace('-', '_')}"
            values = {"name": view.name, "names": names, "pact": view.id[:SHORT_ID]}
            lines.append(context.t(f"pacts.cli.{key}", **values))
    return lines
