from tests.node.web.conftest import inside, serve, site, template, world

__all__ = ["inside", "serve", "site", "template", "world"]
