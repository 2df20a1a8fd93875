"""Who is believed at a dialled https address: those of the system, and nobody before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from node.keys.tls import certificate

DIAL = """
import asyncio, sys
from node.base import preload
preload._import()
import ssl, aiohttp
from aiohttp import connector
from node.links.dialling import client, dial

print(connector._SSL_CONTEXT_VERIFIED.cert_store_stats()["x509"])

async def main(url):
    session = client(True)
    try:
        ws = await dial(session, url, None, 5.0)
        await ws.close()
        print(ws.protocol)
    except aiohttp.ClientError as error:
        print(type(error).__name__)
    finally:
        await session.close()

async def serve_and_dial(pem):
    from aiohttp import web

    async def answer(request):
        ws = web.WebSocketResponse(protocols=["verbund.1"])
        await ws.prepare(request)
        await ws.receive()
        return ws

    app = web.Application()
    app.router.add_get("/link", answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    await main(f"https://localhost:{runner.addresses[0][1]}")
    await runner.cleanup()

asyncio.run(serve_and_dial(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("known", "found"), [(True, "verbund.1"), (False, "ClientConnectorCertificateError")]
)
def test_who_is_believed(tmp_path: Path, known: bool, found: str) -> None:
    """A process as a server starts: aiohttp has read no certificates, and dialling reads them."""
    certificate(tmp_path, "https://localhost")
    pem, nobody = tmp_path / "tls.pem", tmp_path / "none.pem"
    nobody.write_text("")
    said = subprocess.run(
        [sys.executable, "-c", DIAL, str(pem)],
        env={
            **os.environ,  # also what turns the clock
            "SSL_CERT_FILE": str(pem if known else nobody),
            "SSL_CERT_DIR": str(tmp_path / "x"),
        },
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert said.stdout.split() == ["0", found], said.stderr
