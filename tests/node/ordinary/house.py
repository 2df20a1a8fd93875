"""One group of an ordinary week: its node as a process, commands beside it, its page open in a
browser; and what the kernel says of the process."""

import http.cookiejar
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from node.texts import Texts
from tests.node.cli.test_processes import environment

PATIENCE_SECONDS = 60
"""A machine that other work keeps busy."""

_ONLINE = Texts("en")("ties.web.now")
_HREF = re.compile(rb'href="(/[^"#]*)"')


class Use(NamedTuple):
    """What a process holds at rest."""

    rss: int
    """KiB that are resident."""
    files: int
    """Open files, sockets included."""


class House:
    """A group, its node and whoever uses it."""

    def __init__(self, folder: Path, name: str, port: int) -> None:
        self.home, self.name, self.port = folder / name, name, port
        self.server: subprocess.Popen[str] | None = None
        self.codes: Counter[str] = Counter()
        """How commands ended: done, or the code of the refusal."""
        self.pages: Counter[int] = Counter()
        """How many pages were answered with each status; 0 is no answer."""
        self._links = {True: ["/"], False: ["/"]}
        self._open = self._browser()
        assert self.types("init", "--name", name, "--region", "Kiel") is not None

    # the process

    def start(self) -> None:
        """Start the node; it is up when this returns, and the page is open from the inside."""
        words = [sys.executable, "-m", "node", "serve", "--home", str(self.home), "--json"]
        address = f"127.0.0.1:{self.port}"
        words += ["--listen", address, "--public-url", f"http://{address}", "--private-addresses"]
        with (self.home / "log").open("ab") as log:
            self.server = subprocess.Popen(
                words,
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
                text=True,
                env=environment(),
            )
        text, out = "", self.server.stdout
        assert out is not None
        for line in out:
            text += line
            if line == "}\n":
                break
        assert text, (self.home / "log").read_text(encoding="utf-8")
        self._open = self._browser()
        self._get(json.loads(text)["enter"].removeprefix(f"http://{address}"))

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it, as a person does, or as a power cut does."""
        if self.server is None:
            return
        self.server.send_signal(number)
        self.server.wait(PATIENCE_SECONDS)
        assert self.server.stdout is not None
        self.server.stdout.close()
        self.server = None

    def use(self) -> Use:
        """What the process holds now."""
        assert self.server is not None
        assert self.server.poll() is None, (self.home / "log").read_text(encoding="utf-8")
        proc = Path(f"/proc/{self.server.pid}")
        status = (proc / "status").read_text(encoding="ascii")
        (rss,) = re.findall(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        return Use(int(rss), len(list((proc / "fd").iterdir())))

    def kinds_of_files(self) -> Counter[str]:
        """What is open: sockets, and files by their name."""
        assert self.server is not None
        found: Counter[str] = Counter()
        for one in Path(f"/proc/{self.server.pid}/fd").iterdir():
            try:
                found[re.sub(r"\d+", "*", str(one.readlink()))] += 1
            except OSError:  # closed meanwhile
                found["gone"] += 1
        return found

    # people

    def types(self, *words: str) -> Any:
        """What a command says as JSON; None if it is refused, as happens in a week."""
        done = subprocess.run(
            [sys.executable, "-m", "node", *words, "--home", str(self.home), "--json"],
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            env=environment(),
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        told = done.stdout + done.stderr
        assert done.returncode in (0, 1), f"{words}: {done.returncode}: {told}"
        document = json.loads(done.stdout)
        code = "done" if done.returncode == 0 else document["error"]
        assert code != "defect", f"{words}: {told}"
        self.codes[code] += 1
        return document if done.returncode == 0 else None

    def looks(self, choice: float, inside: bool) -> None:
        """Follow a link of the page last opened, or go home; `choice` (0 to 1) says which."""
        links = self._links[inside]
        path = links[int(choice * len(links))]
        status, body = self._get(path, inside)
        self.pages[status] += 1
        assert status < 500, f"{self.name} {path}: {status} {body[:2000]!r}"
        found = {one.decode().replace("&amp;", "&") for one in _HREF.findall(body)}
        found = {one for one in found if "lang=" not in one}  # `links` reads English
        self._links[inside] = sorted({"/", *(found if status == 200 else ())})

    def links(self) -> int:
        """With how many groups the node is linked at this moment, as its page says."""
        status, body = self._get("/ties")
        assert status == 200, status
        return body.decode().count(f">{_ONLINE}<")

    def _browser(self) -> urllib.request.OpenerDirector:
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        opener.addheaders.append(("Accept-Language", "en"))
        return opener

    def _get(self, path: str, inside: bool = True) -> tuple[int, bytes]:
        url = f"http://127.0.0.1:{self.port}{path}"
        use = self._open if inside else self._browser()
        try:
            with use.open(url, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError:
            return 0, b""
