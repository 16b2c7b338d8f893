from __future__ import annotations

import signal
import sys

if __name__ == "__main__":
    # Nothing has begun that would need a tidy end, and a stack trace tells nobody anything.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    from backwright.apps.cli import main

    sys.exit(main())
