"""`group show-publicly`, `network show-publicly`: what the public pages show besides one's own;
`network show-us`: whether others may say that we are a member."""

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


def us(context: Context) -> Answer:
    """Whether this group may be named as a member, to whoever looks from outside."""
    from node.features.networks.actions import name_us
    from node.features.networks.views import names_us
    from node.lookup.names import find_network

    network, shown = find_network(context.core, context.args.network), context.args.shown
    if shown is not None:
        name_us(context.core, context.me, network, shown)
    who, now = context.name(network), bool(names_us(context.sight(), network))
    sheet, name = context.sheet(), context.called(who)
    sheet.say(context.t(f"networks.cli.show_us.{'on' if now else 'off'}", name=name))
    if now and context.sight().public_name(context.me).name is None:
        sheet.hint(context.t("networks.cli.show_us.no_entry"))
    return Answer({"network": plain(who), "shown": now}, sheet)


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
