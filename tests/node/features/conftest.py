"""Pages of the nouns are tested on the node that `tests.node.web` shows."""

from tests.node.web.conftest import inside, new_core, new_site, serve, site, template, world

__all__ = ["inside", "new_core", "new_site", "serve", "site", "template", "world"]
