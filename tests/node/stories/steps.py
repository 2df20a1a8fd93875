"""What groups do on pages, as steps that stories share."""

import re

from tests.node.stories.stage import Group

LINK = re.compile(r"http://\S+#\S+")


def find_each_other(host: Group, guest: Group) -> None:
    """One makes a link, which stands there as a QR code, too; the other sees who it is first."""
    host.goes("/ties/add").follows("/ties/links")
    host.fills(note=guest.name).presses("peers.web.links.make")
    assert host.page.locator("svg.qr-code").count() == 1
    link = host.page.locator("code.link").inner_text().strip()
    assert LINK.fullmatch(link)
    guest.goes("/ties/add").fills(link=link).presses("peers.web.add.go")
    where = guest.where
    guest.sees(guest.t("peers.web.seen.found", name=host.name), at=where)
    guest.presses("peers.web.seen.accept")
    guest.sees(host.name, at="/ties")
    host.sees(guest.name, at="/ties")


def found(host: Group, name: str, purpose: str) -> str:
    """A network; gives the address of its page."""
    host.goes("/networks").follows("/networks/new")
    host.fills(name=name, purpose=purpose).presses("networks.web.found.go")
    host.sees(name)
    return host.where


def apply(guest: Group, network: str, name: str, says: str) -> None:
    """Ask to be admitted, once its charter came."""
    guest.sees(name, at="/networks")
    guest.goes(network).follows(f"{network}/apply")
    guest.fills(message=says).presses("networks.web.apply.go")


def admit(host: Group, network: str, guest: Group, says: str) -> None:
    """See who asks and why, and say yes."""
    where = host.finds(rf"{network}/applications/[a-z2-7]+", at=network)
    host.sees(guest.name, says, at=where).presses("networks.web.admit.go")


def join(host: Group, guest: Group, network: str, name: str) -> None:
    """Both."""
    says = f"Gruß von {guest.name}"
    apply(guest, network, name, says)
    admit(host, network, guest, says)
    guest.sees(guest.t("networks.standing.member"), at=network)


def announce(host: Group, network: str, title: str, when: str) -> str:
    """A meeting for the members of a network; gives the address of its page."""
    host.goes("/meetings").follows("/meetings/new")
    host.fills(title=title, starts=when, place="Haus am Hafen", to=network.rpartition("/")[2])
    if host.page.locator('main [name="zone"]').first.is_visible():
        host.fills(zone="Berlin")
    host.presses("meetings.web.check_go").presses("meetings.web.go_new")
    host.sees(title)
    return host.where


def invite(host: Group, meeting: str, *guests: Group) -> None:
    """Choose them from those who can be invited."""
    host.goes(meeting).follows(f"{meeting}/invite")
    for one in guests:
        host.page.get_by_label(one.name).check()
    host.presses("meetings.web.go_invite")


def accept(guest: Group, meeting: str, people: int) -> None:
    """Say yes for the group."""
    guest.goes(guest.finds(rf"{meeting}/answer/accept", at=meeting))
    guest.fills(people=str(people)).presses("meetings.web.go_accept")


def move_meeting(host: Group, meeting: str, when: str, place: str, why: str) -> None:
    """Another day, another place; whoever was invited is asked anew."""
    host.goes(meeting).follows(f"{meeting}/edit")
    host.fills(starts=when, place=place, note=why)
    host.presses("meetings.web.check_go").presses("meetings.web.go_edit")
