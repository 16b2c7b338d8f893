"""J7, C12: a server that is not safe does not start."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from backwright.gates.security.exemplars import Cast
from backwright.gates.security.stage import Stage, settings_of

__all__ = ["startup"]

_WEAK = (
    "",
    "Zq7rT4vWx0yB2nM5cK8jH1gF6dS9aP3",
    "0123456789" * 5,
    "your-256-bit-secret-your-256-bit-secret-1",
)
_AT_ONCE = 2


def startup(stage: Stage, _cast: Cast) -> None:
    """In production: weak keys, an unencrypted way to the database, seeds."""
    contract, unsafe = stage.system.contract, list(_unsafe(stage, stage.variables))
    settings = [{**settings_of(stage.system), **environment} for _, environment in unsafe]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ends = list(pool.map(partial(stage.system.refused, stage.database), settings))
    for (title, environment), finished in zip(unsafe, ends, strict=True):
        output = finished.output if finished else ""
        # Whatever else keeps it from starting names something else.
        refused = finished is not None and finished.code != 0 and any(name in output for name in environment)
        reason = f"J7: {title}: the server starts in production all the same, or does not say what is wrong"
        stage.holds(refused, "gate/security-startup", reason, f"start it with {', '.join(environment)}")
        told = [each for each in environment.values() if len(each) >= 12 and each in output]
        stage.holds(not told, "gate/security-log", f"J7: {title}: the refusal prints the value")
    if contract.get("seed"):
        seeded = stage.system.run("seed", stage.database, settings_of(stage.system))
        reason = "C12: seeds with their demo logins can be loaded in production"
        stage.holds(seeded.code != 0, "gate/security-startup", reason)


def _unsafe(stage: Stage, names: set[str]) -> Iterator[tuple[str, dict[str, str]]]:
    if "TOKEN_SECRET" in names:
        for word in _WEAK:
            yield f"the key '{word[:12]}…'" if word else "no key", {"TOKEN_SECRET": word}
    else:
        stage.not_applicable("J7 keys", "the contract names no TOKEN_SECRET")
    if "DATABASE_URL" in names:
        far = "postgresql://app:pw@db.example.com:5432/app"
        yield "no encryption to a database elsewhere", {"DATABASE_URL": far}
        yield "sslmode=disable", {"DATABASE_URL": f"{far}?sslmode=disable"}
