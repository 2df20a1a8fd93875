"""Dialling through the proxy that a person set (`node.links.proxy`), and whether it is of use."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import aiohttp

from node.base.addresses import PrivateAddressError
from node.base.errors import Problem
from node.links.proxy import TROUBLE, Proxy, may_be_asked
from node.store.core import Core

PROXY_SECONDS = 60.0
"""Until the proxy has the connection: to an onion service Tor builds a way over six machines."""


class ProxyTrouble(aiohttp.ClientError):
    """The proxy was of no use; `problem` is what to tell a person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem

    @property
    def code(self) -> str:
        """proxy-down, proxy-wrong or proxy-slow."""
        return self.problem.code


class NotReached(aiohttp.ClientError):
    """The proxy works, and does not reach whom we want."""


def connector(proxy: Proxy, private: bool) -> aiohttp.TCPConnector:
    """Connects through the proxy; raises `ProxyTrouble`, `NotReached`, or as aiohttp does."""
    import aiohttp_socks

    class Guarded(aiohttp_socks.ProxyConnector):
        async def _wrap_create_connection(self, *args: Any, req: Any, **kwargs: Any) -> Any:
            if not private and not may_be_asked(req.url.raw_host or ""):
                inside = PrivateAddressError("not for a proxy")
                raise aiohttp.ClientConnectorError(req.connection_key, inside)
            try:
                return await super()._wrap_create_connection(*args, req=req, **kwargs)
            except aiohttp_socks.ProxyConnectionError as error:
                raise ProxyTrouble(Problem("proxy-down")) from error
            except aiohttp_socks.ProxyTimeoutError as error:
                raise ProxyTrouble(Problem("proxy-slow")) from error
            except aiohttp_socks.ProxyError as error:
                if error.error_code is not None:
                    raise NotReached from error
                raise ProxyTrouble(Problem("proxy-wrong")) from error
            except ssl.SSLError:
                raise
            except (EOFError, ValueError, IndexError, OSError) as error:  # no SOCKS at all
                raise ProxyTrouble(Problem("proxy-wrong")) from error

    return Guarded(
        host=proxy.host,
        port=proxy.port,
        username=proxy.user,
        password=proxy.password,
        rdns=True,
        limit=0,
    )


def patience(session: aiohttp.ClientSession) -> float:
    """Seconds that the proxy of a client may take; 0 if it has none."""
    return 0.0 if type(session.connector) is aiohttp.TCPConnector else PROXY_SECONDS


@contextmanager
def noting(core: Core, works: bool) -> Iterator[None]:
    """Keep for `verbund status` whether the proxy was of use in what is done inside.

    `works`: there are links through it. Then who is not reached in time is not there.
    """
    try:
        yield
    except ProxyTrouble as trouble:
        if not (works and trouble.code == "proxy-slow"):
            _note(core, trouble.code)
        raise
    except NotReached:
        _note(core, None)
        raise
    _note(core, None)


def _note(core: Core, trouble: str | None) -> None:
    if core.settings.get(TROUBLE) == trouble:
        return
    with suppress(Problem), core.transaction():  # a full disk: the log has it
        core.settings.set(TROUBLE, trouble)
