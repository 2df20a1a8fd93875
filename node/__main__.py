"""`python -m node` is `verbund`."""

import sys

from node.app import main

sys.exit(main())
