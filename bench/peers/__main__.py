"""`python -m bench.peers FOLDER [--records N] [NAME …]`: others beside this software, in one run.

What has to be installed goes into FOLDER, with npm as it is set up here; what was installed before
is used again. One JSON object a line on standard output: the usual `bench.result.Result`, and the
versions of what was measured.

* `verbund`: `bench.cold_start` itself.
* `git`: a repository of as many blobs; `git fetch` over its own protocol from `git daemon`.
* `pouchdb`: PouchDB (LevelDB) pulls from a server that speaks CouchDB's protocol over HTTP.
* `ssb`: ssb-db2 with EBT: signed messages of as many feeds, each verified by whoever gets it.

Git and PouchDB sign nothing and verify nothing but that what came is whole. All may use every core.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import cold_start
from bench.corpus import Author
from bench.intake import bare
from bench.peers import git, node_js
from bench.result import Result, median, say

RECORDS = 100_000
SAMPLE = 5_000

Measure = Callable[[Path, int], tuple[float, dict[str, str]]]
PEERS: dict[str, Measure] = {"git": git.fetch, "pouchdb": node_js.pouchdb, "ssb": node_js.ssb}


def main() -> int:
    """Measure and print."""
    first, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        prog="python -m bench.peers",
        description=first,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="outside of the repository")
    parser.add_argument("names", nargs="*", metavar="NAME", help="all of these without a name")
    parser.add_argument("--records", type=int, default=RECORDS)
    given = parser.parse_intermixed_args()
    unknown = set(given.names) - {"verbund", *PEERS}
    if unknown:
        parser.error(f"no peer {', '.join(sorted(unknown))}")
    given.folder.mkdir(parents=True, exist_ok=True)
    for name in given.names or ("verbund", *PEERS):
        print(f"— {name}", file=sys.stderr)
        for result, versions in _measured(name, given.folder.resolve(), given.records):
            print(result._replace(more={"versions": versions}).line(), flush=True)
    return 0


def _measured(name: str, folder: Path, records: int) -> Iterator[tuple[Result, dict[str, str]]]:
    if name == "verbund":
        for result in cold_start.run():
            yield result, {"python": sys.version.split()[0]}
        return
    one = Author.make(b"bare")
    raws = [one.identity(1_800_000_000) for _ in range(SAMPLE)]
    before = bare(raws)[1]
    seconds, versions = PEERS[name](folder, records)
    verify = SAMPLE / median([before, bare(raws)[1]])
    rate = node_js.most(name, records) / seconds
    say(f"{name}: {seconds:.2f} s")
    to = "bare PyNaCl verify, one core, wall time"
    ratio = round(rate / verify, 3)
    yield (
        Result(f"peers/{name}", round(rate), "records/s", ratio, to, "shown beside", True),
        versions,
    )


if __name__ == "__main__":
    sys.exit(main())
