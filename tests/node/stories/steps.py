"""What groups do on pages, as steps that stories share."""

import re
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tests.node.stories.stage import Group, Visitor

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


def decline(host: Group, network: str, guest: Group, why: str) -> None:
    """Say no, with a reason."""
    where = host.finds(rf"{network}/applications/[a-z2-7]+", at=network)
    host.sees(guest.name, at=where)
    host.fills(reason=why).presses("networks.web.admit.decline")


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


def leave(group: Group, network: str, name: str) -> None:
    """Read what changes, say yes, and see who confirmed it so far."""
    group.goes(network).follows(f"{network}/leave")
    group.fills(sure="yes").presses("networks.web.leave.go")
    group.sees(group.t("networks.web.left.title", name=name))


# Together


def propose(group: Group, network: str, guest: Group, name: str) -> str:
    """Leave a network with others, for a new one; gives the address of the page of the pact."""
    group.goes(group.finds(r"/pacts/new\?.*", at=network))
    group.page.get_by_label(guest.name).first.check()
    until = date.today() + timedelta(days=10)  # noqa: DTZ011 - a machine in the present
    group.fills(name=name, until=until.isoformat(), note="Zu zweit geht es besser")
    group.presses("pacts.web.propose.look").presses("pacts.web.sure.go")
    group.sees(name)
    return group.where


def sign(group: Group, pact: str, name: str) -> None:
    """Read it, and sign."""
    group.sees(name, "Zu zweit geht es besser", at=pact)
    group.fills(sure="yes").presses("pacts.web.sign_form.go")


def page_of(group: Group, name: str) -> str:
    """The page of a network, found by its name."""
    group.sees(name, at="/networks")
    link = group.page.locator('main a[href^="/networks/"]', has_text=name)
    return str(link.first.get_attribute("href"))


# By file


def hand_over(giver: Group, taker: Group, folder: Path) -> None:
    """A file for one group, by stick."""
    name = giver.t("bundles.web.for", who=taker.name)
    file = giver.goes("/bundles").downloads(name, folder / "stick.verbund")
    taker.goes("/bundles").hands_in(file, "bundles.web.go")


def meet_by_file(host: Group, guest: Group, folder: Path) -> None:
    """Who was never connected: an introduction, and then one for the other, each accepted."""
    name = host.t("bundles.web.for_everybody")
    file = host.goes("/bundles").downloads(name, folder / "hello.verbund")
    guest.goes("/bundles").hands_in(file, "bundles.web.go")
    accept_file(guest, host)
    name = guest.t("bundles.web.for", who=host.name)
    file = guest.goes("/bundles").downloads(name, folder / "hello-back.verbund")
    host.goes("/bundles").hands_in(file, "bundles.web.go")
    accept_file(host, guest)


def accept_file(group: Group, other: Group) -> None:
    """See who wrote a file, compare, and say yes."""
    group.sees(other.name).presses("bundles.strange.accept")
    group.sees(group.t("bundles.strange.taken", name=other.name), at=group.where)


# Offers


def offer(host: Group, network: str, title: str, amount: int, unit: str) -> str:
    """Something for the members of a network; gives the address of its page."""
    host.goes("/exchange").follows("/exchange/offer")
    host.fills(title=title, amount=str(amount), unit=unit, to=network.rpartition("/")[2])
    host.presses("exchange.web.go_offer").sees(title)
    return host.where


def take(guest: Group, offer: str, title: str, amount: int, note: str) -> None:
    """Say that one takes some of it, once it is known here."""
    guest.sees(title, at="/exchange")
    guest.goes(offer).follows(f"{offer}/take")
    guest.fills(amount=str(amount), note=note).presses("exchange.web.take_go")


# Without account


def link_for_everybody(host: Group, meeting: str) -> str:
    """A link by which people answer who are not in any of the groups."""
    host.goes(f"{meeting}/answers").presses("answers.web.link_make")
    return urlsplit(host.page.locator("code.link").first.inner_text().strip()).path


def answer(host: Group, link: str, name: str, says: str, **more: str) -> Visitor:
    """Somebody opens the link on a phone and answers; stays on the page of the answer."""
    who = host.visitor(name)
    who.goes(link).fills(answer=says, name=name, **more).presses("answers.web.send")
    who.sees(who.t(f"answers.say.{says}"))
    return who


def change_answer(who: Visitor, says: str) -> None:
    """By one's private link, on which one still is."""
    who.goes(who.where).fills(answer=says).presses("answers.web.save")
    who.sees(who.t(f"answers.say.{says}"))


def withdraw(who: Visitor) -> None:
    """Take it back."""
    who.goes(who.where).presses("answers.web.take_back")
    who.sees(who.t("answers.web.is_taken_back"))
