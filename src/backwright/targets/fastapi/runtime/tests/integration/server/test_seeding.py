import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("environment", ["production", None])
def test_production_is_never_seeded_nor_an_environment_that_nobody_named(environment: str | None) -> None:
    variables = {name: value for name, value in os.environ.items() if name != "ENVIRONMENT"}
    if environment is not None:
        variables["ENVIRONMENT"] = environment
    command = [sys.executable, "-m", "database.seed"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert "seeds are not for production" in done.stderr
