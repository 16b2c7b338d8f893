"""Lists are tested on whole tables, so tests of rows come one by one; those of the server, which mostly wait, several at once.

`tests/performance` measures time and is run by itself."""

import subprocess
import sys

SERVER = ("tests/unit", "tests/integration/server")
ALONE = "tests/performance"

if __name__ == "__main__":
    for arguments in ([f"--ignore={path}" for path in (*SERVER, ALONE)], ["-n", "3", "--dist", "loadfile", *SERVER]):
        if code := subprocess.call([sys.executable, "-m", "pytest", *arguments]):
            sys.exit(code)
