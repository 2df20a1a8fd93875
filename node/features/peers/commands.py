"""`peer invite|accept|list|show-us|end`: ties between two groups."""

from node.base.errors import Problem
from node.cli import terminal, words
from node.cli.context import Answer, Context, plain
from node.features.peers.terminal import how_shown, peer_rows_shown
from node.features.peers.types import LINK_DAYS


def invite(context: Context) -> Answer:
    """A one-time link, and its QR code for a phone or a poster."""
    from node.features.peers.actions import invite_peer

    link = invite_peer(context.core, context.me, context.args.days or LINK_DAYS)
    sheet = context.sheet()
    sheet.say(context.t("peers.cli.give", day=words.day(link.expires, context.texts)))
    sheet.gap()
    sheet.verbatim(str(link))
    if context.args.qr or (terminal.shows() and not context.json):
        sheet.gap()
        sheet.verbatim(_qr(str(link)))
    sheet.hint(context.t("peers.cli.they"))
    return Answer({"link": str(link), "expires": link.expires}, sheet)


def _qr(text: str) -> str:
    import io

    import segno

    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out, border=2, compact=True)
    return out.getvalue().rstrip("\n")


def accept(context: Context) -> Answer:
    """Use a link that another group gave."""
    from node.features.peers.accepting import accept_link
    from node.features.peers.actions import read_link

    link = read_link(context.core, context.args.link)
    context.progress(context.t("peers.cli.calling", url=link.url))
    who = context.name(accept_link(context.core, context.me, link))
    sheet = context.sheet()
    sheet.say(context.t("peers.cli.accepted", who=context.called(who)))
    sheet.hint(context.t("peers.cli.now"))
    return Answer({"id": who.id, "name": who.name}, sheet)


def list_(context: Context) -> Answer:
    """With whom we are connected."""
    from node.features.peers.views import endpoints, peer_views

    peers = peer_views(context.sight())
    sheet = context.sheet()
    if peers:
        titles = context.titles("peers", "group", "state", "shown", "since", "id")
        sheet.table(titles, peer_rows_shown(peers, context))
    else:
        reachable = endpoints(context.sight())
        sheet.say(context.t("peers.cli.none" if reachable else "peers.cli.none_dialling"))
    return Answer({"peers": plain(peers)}, sheet)


def show_us(context: Context) -> Answer:
    """Whether the tie may be named to everybody: it is where both sides say so."""
    from node.features.peers.actions import name_peer
    from node.features.peers.views import one_peer
    from node.lookup.names import find_identity

    core, own = context.core, context.me
    accepted = set(core.ties.accepted(own, core.clock()))
    peer = find_identity(core, context.args.group, accepted or None)
    if context.args.shown is not None:
        name_peer(core, own, peer, context.args.shown)
    view = one_peer(context.sight(), peer)
    if view is None:
        raise Problem("no-peering")
    sheet, who = context.sheet(), context.called(view.who)
    sheet.say(context.t(f"peers.cli.show_us.{how_shown(view)}", who=who))
    document = {"id": view.who.id, "name": view.who.name, "shown": view.shown}
    return Answer({**document, "shown_by_them": view.shown_by_them}, sheet)


def end(context: Context) -> Answer:
    """End a tie."""
    from node.features.peers.actions import end_peer
    from node.lookup.names import find_identity

    core, own = context.core, context.me
    accepted = set(core.ties.accepted(own, core.clock()))
    peer = find_identity(core, context.args.group, accepted or None)
    who = context.name(peer)
    context.confirm(context.t("peers.cli.sure", who=context.called(who)))
    end_peer(core, own, peer)
    sheet = context.sheet()
    sheet.say(context.t("peers.cli.ended", who=context.called(who)))
    sheet.hint(context.t("peers.cli.again"))
    return Answer({"id": who.id, "name": who.name}, sheet)
