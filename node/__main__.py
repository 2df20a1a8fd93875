"""`verbund`, and `python -m node`: a command knocks at the door of the running server first.

Nothing is imported for that but what the knocking needs (docs/door.md).
"""

import sys
from collections.abc import Sequence

from node.knock.knock import Turned, knock


def main(argv: Sequence[str] | None = None) -> int:
    """The command; gives its exit status."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        status = knock(arguments)
    except KeyboardInterrupt:
        return 130
    except Turned as why:
        if why.code != "server-silent":  # `stop` can still do something about that
            from node.cli import turned

            return turned(arguments, why)
        status = None
    if status is not None:
        return status
    from node.app import main as act

    return act(arguments)


if __name__ == "__main__":
    sys.exit(main())
