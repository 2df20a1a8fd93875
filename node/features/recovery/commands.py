"""`keys rotate` and `keys recover`: what only the 24 words can do."""

from typing import TYPE_CHECKING

from node.cli import terminal
from node.cli.context import Answer, Context, new_passphrase, plain
from node.cli.parser import UsageError
from node.store.serve_settings import keep_serve_options, serve_options
from protocol.known_chains import OLD_KEY_SECONDS

if TYPE_CHECKING:
    from node.store.core import Core


def rotate(context: Context) -> Answer:
    """New keys for an identity held here."""
    from node.features.recovery.rotate import rotate as make

    core, me, args = context.core, context.me, context.args
    who = context.name(me)
    if args.compromised:
        context.confirm(context.t("recovery.cli.keys.sure_compromised", who=context.called(who)))
    done = make(core, context.phrase(), me, args.compromised)
    sheet = context.sheet()
    sheet.say(context.t("recovery.cli.keys.rotated", who=context.called(who), n=done.records))
    if args.compromised:
        sheet.say(context.t("recovery.cli.keys.at_once"))
    else:
        sheet.say(context.t("recovery.cli.keys.in_time", days=OLD_KEY_SECONDS // 86_400))
    sheet.hint(context.t("recovery.cli.keys.rotated_next"))
    document = {"id": who.id, "name": who.name, "link": done.link, "records": done.records}
    return Answer(plain(document), sheet)


def new_words(context: Context) -> Answer:
    """Other words, and with them another id, while nobody outside knows the group."""
    from node.features.recovery.new_words import begin_anew, require_unknown

    core = context.core
    require_unknown(core)  # before any question
    context.confirm(context.t("recovery.cli.keys.sure_new_words"))
    who = context.name(begin_anew(core))
    sheet = context.sheet()
    sheet.say(context.t("recovery.cli.keys.new_words", who=context.called(who)))
    sheet.hint(context.t("recovery.cli.keys.new_words_next"))
    return Answer(plain({"id": who.id, "name": who.name}), sheet)


def recover(context: Context) -> Answer:
    """A node again, from the words."""
    home, args = context.home(), context.args
    for one in ("compromised", "alone"):
        if getattr(args, one):
            context.confirm(context.t(f"recovery.cli.keys.sure_recover_{one}"))
    _require_addresses(context)
    if home.exists:
        return _bring_up(context)
    if not args.from_ and not args.alone:
        usage = f"verbund keys recover --from {context.t('recovery.metavar.address')}"
        raise UsageError(context.t("recovery.cli.usage_recover"), usage)
    return _from_nothing(context)


def _require_addresses(context: Context) -> None:
    """Before the words are typed: nobody types 24 of them twice for an option."""
    from node.features.recovery.recover import require_address
    from node.store.serve_settings import allows_private_addresses

    args = context.args
    private = bool(args.private_addresses)
    if not private and context.home().exists:
        private = allows_private_addresses(context.core.settings)
    for address in args.from_ or ():
        require_address(address, private)


def _bring_up(context: Context) -> Answer:
    """A node whose keys or records are behind."""
    from node.features.recovery.recover import recover as fetch

    core, args = context.core, context.args
    _keep_ways(context.core, context)
    phrase = context.phrase()
    if args.from_:
        context.progress(context.t("recovery.cli.keys.asking"))
    found = fetch(core, phrase, args.from_ or (), args.compromised)
    return _done(context, found.link, found.rotated, found.waiting)


def _from_nothing(context: Context) -> Answer:
    from node.features.recovery.recover import alone, begin
    from node.features.recovery.recover import recover as fetch
    from node.keys.staging import new_home

    args = context.args
    phrase = context.phrase()
    passphrase = new_passphrase(context)
    with new_home(context.home()) as beside:
        core = begin(beside, phrase, passphrase, context.program.schema)
        try:
            _keep_ways(core, context)
            if args.alone:
                context.progress(context.t("recovery.cli.keys.alone"))
                found = alone(core)
            else:
                context.progress(context.t("recovery.cli.keys.asking"))
                found = fetch(core, phrase, args.from_, args.compromised)
        finally:
            core.close()
    context.open_with(passphrase)
    return _done(context, found.link, found.rotated, found.waiting)


def _keep_ways(core: "Core", context: Context) -> None:
    """Which addresses are dialled, and through what: now, and when the node runs."""
    from node.links.proxy import setting

    args = context.args
    ways: dict[str, object] = {}
    if args.private_addresses:
        ways["private_addresses"] = True
    if (said := terminal.proxy(args.proxy)) is not None:
        ways["proxy"] = setting(said)
    if ways:
        with core.transaction():
            keep_serve_options(core.settings, {**serve_options(core.settings), **ways})


def _done(context: Context, link: int, rotated: bool, waiting: bool) -> Answer:
    core = context.core
    who = context.name(core.home_id)
    sheet = context.sheet()
    sheet.say(
        context.t("recovery.cli.keys.recovered", who=context.called(who), home=str(core.home.path))
    )
    if rotated:
        sheet.say(context.t("recovery.cli.keys.at_once"))
    if waiting:
        sheet.say(context.t("recovery.cli.keys.waiting"))
    sheet.hint(context.t("recovery.cli.keys.recovered_next"))
    document = {
        "id": who.id,
        "name": who.name,
        "home": str(core.home.path),
        "link": link,
        "rotated": rotated,
        "waiting": waiting,
    }
    return Answer(document, sheet)
