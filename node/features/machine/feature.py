"""Our machine: how each part of it stands, and a short page for each."""

from node.feature import Feature, MenuEntry, Right, Route


def _pages(path: str, shows: str, does: str = "") -> tuple[Route, ...]:
    """A page, and what its form does. Nobody does it for another."""
    page = Route(f"/machine{path}", shows, Right.KEY, oneself=True)
    if not does:
        return (page,)
    return page, Route(f"/machine{path}", does, Right.KEY, "POST", oneself=True)


FEATURE = Feature(
    name="machine",
    routes=(
        *_pages("", "pages:machine"),
        *_pages("/clock", "clock_pages:clock", "clock_pages:confirm"),
        *_pages("/disk", "pages:disk"),
        *_pages("/version", "pages:version"),
        *_pages("/backups", "backup_pages:backups", "backup_pages:make"),
        *_pages("/backups/{name}/words", "backup_pages:words", "backup_pages:look"),
        Route("/machine/backups/{name}", "backup_pages:take", Right.KEY, "POST", oneself=True),
        *_pages("/keys", "key_pages:keys"),
        *_pages("/keys/renew", "key_pages:renewing", "key_pages:renew"),
        *_pages("/keys/stolen", "key_pages:stealing", "key_pages:stolen"),
        *_pages("/keys/waiting", "key_pages:waiting", "key_pages:go_on"),
        *_pages("/nearby", "way_pages:nearby", "way_pages:switch"),
        *_pages("/proxy", "way_pages:proxy", "way_pages:change"),
        *_pages("/unreached", "reach_pages:unreached", "reach_pages:again"),
    ),
    menu=(MenuEntry(90, "machine", "/machine", "machine.web.menu", Right.KEY),),
    state="backup_jobs:BackupJobs",
)
