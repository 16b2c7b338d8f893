"""The runtimes that a generated project may ask for in its run contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backwright.chain.toolchain.failures import toolchain_error
from backwright.chain.toolchain.node import find_node
from backwright.chain.toolchain.python import find_python
from backwright.chain.toolchain.runtime import Runtime

__all__ = ["find_runtime"]

_FINDERS: Mapping[str, Callable[[tuple[int, ...]], Runtime]] = {"node": find_node, "python": find_python}


def find_runtime(name: str, at_least: tuple[int, ...]) -> Runtime:
    """The runtime of that name in that version or a newer one, installed where it is missing and can be."""
    find = _FINDERS.get(name)
    if find is None:
        raise toolchain_error(
            "project/unknown-runtime",
            f"the project wants the runtime '{name}', which this Backwright does not know",
            f"It knows {', '.join(_FINDERS)}; see `runtime` in .backwright/run.json.",
        )
    return find(at_least)
