"""`python -m tlsprobe` is `tlsprobe`."""

import sys

from tlsprobe.cli.main import main

sys.exit(main())
