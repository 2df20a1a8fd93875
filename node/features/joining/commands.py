"""`people list|invite|code`: who is in the group, and how more come in, without a browser."""

from node.base.errors import Problem
from node.cli import words
from node.cli.context import Answer, Context
from node.features.joining.types import SHARED_DAYS, SHARED_USES


def list_(context: Context) -> Answer:
    """Who is in the group, with roles, and who came in already."""
    from node.features.ways.actions import has_come_in
    from node.people.persons import Standing, persons

    core, texts = context.core, context.texts
    found = []
    for one in persons(core).all():
        if one.standing is not Standing.FORMER:
            roles = [name for name in ("key_person", "treasurer") if getattr(one, name)]
            found.append((one, roles, has_come_in(core, one.id)))
    sheet = context.sheet()
    if found:
        rows = [
            [
                one.name,
                texts(f"joining.standing.{one.standing.value}"),
                ", ".join(texts(f"joining.role.{role}") for role in roles),
                texts(f"common.{'yes' if came_in else 'no'}"),
                one.id[:8],
            ]
            for one, roles, came_in in found
        ]
        sheet.table(context.titles("joining", "name", "standing", "roles", "came_in", "id"), rows)
    else:
        sheet.say(context.t("joining.cli.nobody"))
    document = [
        {
            "id": one.id,
            "name": one.name,
            "standing": one.standing.value,
            "key_person": one.key_person,
            "treasurer": one.treasurer,
            "came_in": came_in,
        }
        for one, _roles, came_in in found
    ]
    return Answer({"people": document}, sheet)


def invite(context: Context) -> Answer:
    """A link for many, or for somebody of the list."""
    from node.features.joining.links import checked, make_link, require_set_up
    from node.features.joining.types import PERSONAL_DAYS, Wish
    from node.features.members.finding import find_member

    core, args = context.core, context.args
    require_set_up(core)
    people = tuple(find_member(core, one).id for one in args.person or ())
    if people:
        wish = Wish("personal", PERSONAL_DAYS, asks=False, people=people)
    else:
        days, most = args.days or SHARED_DAYS, args.most or SHARED_USES
        wish = Wish("shared", days, most, not args.at_once, args.note or "")
    checked(core, wish)
    root, only_here = _root(context)
    made = make_link(core, None, wish)
    link = f"{root}/{'invited' if people else 'join'}/{made.token}"
    sheet = context.sheet()
    day = words.day(made.link.until, context.texts)
    key = "give_personal" if people else "give_shared"
    sheet.say(context.t(f"joining.cli.{key}", day=day, n=made.link.most))
    sheet.gap()
    sheet.verbatim(link)
    if only_here:
        sheet.hint(context.t("joining.cli.only_here"))
    document = {"link": link, "id": made.link.id, "expires": made.link.until}
    return Answer({**document, "most": made.link.most, "asks": made.link.asks}, sheet)


def _root(context: Context) -> tuple[str, bool]:
    """The address of the pages, and whether only this machine reaches it."""
    from urllib.parse import urlsplit

    from node.store.serve_settings import serve_options
    from node.web.hosts import LOOPBACK

    core = context.core
    public = serve_options(core.settings).get("public_url")
    if public:
        return str(public).rstrip("/"), False
    if core.server is None:
        raise Problem("not-running")
    return core.server.address, (urlsplit(core.server.address).hostname or "") in LOOPBACK


def code(context: Context) -> Answer:
    """A code with which somebody comes in."""
    from node.features.members.finding import find_member
    from node.features.roles.actions import code_for
    from node.features.ways.actions import has_come_in
    from node.features.ways.types import Shown

    member = find_member(context.core, context.args.person)
    was_in = has_come_in(context.core, member.id)
    found = code_for(context.core, None, member.id)
    assert isinstance(found, Shown)  # noqa: S101 - at the machine nobody else is asked
    sheet = context.sheet()
    sheet.say(context.t("joining.cli.code", who=member.name))
    sheet.gap()
    sheet.verbatim(found.text)
    sheet.hint(context.t("joining.cli.code_again" if was_in else "joining.cli.code_first"))
    document = {"id": member.id, "name": member.name, "code": found.text}
    return Answer({**document, "expires": found.until, "readmits": was_in}, sheet)
