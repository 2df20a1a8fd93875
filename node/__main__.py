"""`python -m node` is `verbund`."""

import sys

from node.cli import main

sys.exit(main())
