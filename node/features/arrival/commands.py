"""`phones`: the switch for the local network, from a terminal."""

from node.cli.context import Answer, Context
from node.web.local_addresses import house_addresses
from node.web.local_pages import Place, is_switched_on, keep_switch, kept_port


def phones(context: Context) -> Answer:
    """Switch it, or say how it stands. The running server follows within seconds."""
    core, wanted = context.core, context.args.switch
    if wanted is not None:
        keep_switch(core, wanted == "on")
    on, here, port = is_switched_on(core), house_addresses(), kept_port(core)
    trouble = "no-network" if on and not here else None
    addresses = [Place(one, port).url for one in here] if on and port else []
    sheet = context.sheet()
    sheet.say(context.t(f"arrival.cli.{'on' if on else 'off'}"))
    if on and core.server is None:
        sheet.say(context.t("arrival.cli.not_running"))
    if trouble:
        sheet.say(context.t("arrival.cli.no_network"))
    elif on:
        sheet.hint(context.t("arrival.cli.where"))
    return Answer({"on": on, "addresses": addresses, "trouble": trouble}, sheet)
