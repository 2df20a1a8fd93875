"""`group show-publicly`, `network show-publicly`: what the public pages show besides one's own."""

from node.cli.context import Answer, Context, plain


def group(context: Context) -> Answer:
    """A partner, or a group in a network with us."""
    from node.lookup.names import find_identity

    wanted = context.args.group
    return _answer(context, None if wanted is None else find_identity(context.core, wanted))


def network(context: Context) -> Answer:
    """A network that we are in, or look after."""
    from node.lookup.names import find_network

    wanted = context.args.network
    return _answer(context, None if wanted is None else find_network(context.core, wanted))


def _answer(context: Context, identity: bytes | None) -> Answer:
    """Change it, if an answer was given; say what is shown."""
    from node.features.networks.show_publicly import show_publicly
    from node.lookup.showing import shown_outside

    core, sheet, shown = context.core, context.sheet(), context.args.shown
    if identity is not None and shown is not None:
        show_publicly(core, identity, shown)
        who = context.called(context.name(identity))
        sheet.say(context.t(f"networks.cli.show_publicly.{'on' if shown else 'off'}", who=who))
        if shown:
            sheet.hint(context.t("networks.cli.show_publicly.what"))
    found = sorted(shown_outside(core, core.clock()) - {core.home_id})
    names = [context.name(one) for one in found]
    if identity is None or shown is None:
        sheet.say(
            context.t(
                "networks.cli.show_publicly.list" if names else "networks.cli.show_publicly.none"
            )
        )
        sheet.items(context.called(one) for one in names)
    return Answer({"shown": plain(names)}, sheet)
