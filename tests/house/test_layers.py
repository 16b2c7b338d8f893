"""What import-linter's contracts in pyproject.toml cannot say: folders beside each other know nothing of each other."""

from __future__ import annotations

import grimp
import pytest

from tests.house.sources import SOURCE, refuse


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("backwright", cache_dir=None)


@pytest.mark.parametrize("layer", ["sources", "experts", "targets", "gates"])
def test_folders_of_one_layer_know_nothing_of_each_other(graph: grimp.ImportGraph, layer: str) -> None:
    folders = [f"backwright.{layer}.{name}" for name in _packages(layer)]
    crossing = []
    for importer in folders:
        for imported in folders:
            if importer != imported:
                chain = graph.find_shortest_chain(importer, imported, as_packages=True)
                crossing += [" -> ".join(chain)] if chain else []
    refuse(crossing)


def test_the_planted_crossing_is_found() -> None:
    planted = grimp.ImportGraph()
    for module in ("one", "one.part", "two", "two.part"):
        planted.add_module(module)
    planted.add_import(importer="one.part", imported="two.part")
    assert planted.find_shortest_chain("one", "two", as_packages=True) == ("one.part", "two.part")
    assert planted.find_shortest_chain("two", "one", as_packages=True) is None


def _packages(layer: str) -> list[str]:
    return sorted(file.parent.name for file in (SOURCE / layer).glob("*/__init__.py"))
