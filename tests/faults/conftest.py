from tests.node.web.conftest import open_site

__all__ = ["open_site"]
