"""`peer invite|accept|list|end`: ties between two groups."""

from node.cli import terminal, words
from node.cli.context import Answer, Context, plain
from node.features.peers.terminal import peer_rows


def invite(context: Context) -> Answer:
    """A one-time link, and its QR code for a phone or a poster."""
    from node.features.peers.actions import LINK_DAYS, invite_peer

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
        titles = context.titles("peers", "group", "state", "since", "id")
        sheet.table(titles, peer_rows(peers, context))
    else:
        reachable = endpoints(context.sight())
        sheet.say(context.t("peers.cli.none" if reachable else "peers.cli.none_dialling"))
    return Answer({"peers": plain(peers)}, sheet)


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
