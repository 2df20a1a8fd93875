"""One pact: what it says, who signed, what waits; and the part of it that is looked at again."""

from node.base.lookalikes import SHORT_ID
from node.feature import Right
from node.features.networks.leaving import Shared, shared
from node.features.pacts.links import pact_path
from node.features.pacts.reach import reach
from node.features.pacts.types import PactView
from node.features.pacts.views import pact_views
from node.features.rules.wanting import takes_two
from node.web.forms import Field, Filled, Form, Kind
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page, Panel
from protocol.certificates import LATE_SECONDS
from protocol.ids import from_text, to_text
from protocol.kinds import MOVED

MOST = 8
"""Pacts that are listed where a file was read; what waits comes first."""

SIGN = Form(
    "sign",
    Field("state", Kind.HIDDEN, longest=20, optional=True),
    Field("sure", Kind.YES, "pacts.web.sign_form.sure"),
)


def meant(asked: Asked) -> PactView:
    """The pact of the address; `MissingError` if there is none."""
    id = asked.match["id"]
    found = [one for one in pact_views(asked.sight) if one.id.startswith(id)] if is_id(id) else []
    if len(found) != 1:
        raise MissingError
    return found[0]


def pact(asked: Asked) -> Page:
    """What is proposed, who signed, until when."""
    found = meant(asked)
    return pact_page(asked, found, asked.show(SIGN, state=found.state))


def pact_page(asked: Asked, found: PactView, form: Filled) -> Page:
    """The same, with the form to sign it in the state in which it is."""
    may = asked.has(Right.KEY)
    values = {
        **_shown(asked, found),
        "late_days": LATE_SECONDS // 86_400,
        "may": may,
        "two": takes_two(asked, "sign"),
        "along": _along(asked, found),
        "warned": _warned(asked, found),
        "files": [one.who for one in found.signers if _by_file(asked, found, one.who.id)],
    }
    return asked.form_page("pact.html", found.name, form, "ties", **values)


def _shown(asked: Asked, found: PactView) -> dict[str, object]:
    return {
        "pact": found,
        "us": to_text(asked.core.home_id),
        "short": SHORT_ID,
        "path": pact_path(found.id),
        "going": found.state in ("open", "agreed"),
    }


def now(asked: Asked) -> Page:
    """How it stands, alone: for the page that is open."""
    return Page("pact_now.html", "", values=_shown(asked, meant(asked)))


def _by_file(asked: Asked, found: PactView, id: str) -> bool:
    """Whether a file for this one may help: it was asked, and has not signed or not heard."""
    if id == to_text(asked.core.home_id) or found.state not in ("open", "agreed", "done"):
        return False
    return from_text(id) in asked.core.ties.identities


def _along(asked: Asked, found: PactView) -> tuple[Shared, ...]:
    """What our group announced: in the old network before, in the new one afterwards."""
    where = found.network if found.state == "done" else found.leaves.id if found.leaves else None
    if where is None or not found.asked:
        return ()
    ours, _more = shared(asked.core, from_text(where), asked.core.home_id)
    return tuple(one for one in ours if one.kind in MOVED)


def _warned(asked: Asked, found: PactView) -> dict[str, object] | None:
    """Before somebody signs: whom nothing reaches."""
    if found.state != "open" or found.signed_here or not found.asked:
        return None
    groups = [from_text(one.who.id) for one in found.signers]
    carriers = [from_text(one.id) for one in found.carriers]
    it = reach(asked.core, asked.core.home_id, groups, carriers)
    return {
        "far": asked.sight.named(it.far),
        "nobody": not it.reachable,
        "only": asked.sight.name(it.only) if it.only else None,
    }


def on_bundles(asked: Asked, _id: str) -> Panel | None:
    """After a file was read: the pacts that wait for an answer, are on their way, or came about."""
    found = [one for one in pact_views(asked.sight) if one.state not in ("over", "declined")]
    return Panel("pact_on_bundles.html", {"pacts": found[:MOST]}) if found else None
