"""`python -m components.snippets`: see `command_line`."""

from __future__ import annotations

import sys

from components.snippets.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
