"""The command `rfsl`, run as `python -m rfsl`."""

import sys

from rfsl.cli import main

sys.exit(main())
