from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, SOURCE, own_files, path, refuse, text

DOMAIN_WORDS = (
    "booking bookings cart carts courses customer customers doctor doctors ecommerce employee employees flight flights "
    "hotel hotels invoice invoices orders patient patients payment payments products restaurant restaurants shipment "
    "shipments shop shops sku skus stock student students supplier suppliers vendor vendors warehouse warehouses"
).split()
DOMAIN = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(DOMAIN_WORDS)})(?![a-z])"
    r"|(?<![A-Za-z])(?:Customer|Cart|Invoice|Payment|Shipment|Warehouse|Booking)s?(?![a-z])"
    # `order` and `product` are also words of the trade: only as the names of types they speak of a domain.
    r"|(?<![A-Za-z])(?:Order|Product)s?(?=[A-Z\"'`\]])"
)
MACHINE = re.compile(r"(?<![\w.])(?:/root|/home/\w+|/Users/\w+|/work|/opt/pypi|/opt/wheels|/tmp/\w+)(?=/|\b)")
REGISTRY = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|@\s*file:", re.IGNORECASE)
CHECKERS = Path(__file__).parent


def test_the_source_names_no_application_domain() -> None:
    files = [file for file in own_files() if file.is_relative_to(SOURCE) and not file.is_relative_to(SOURCE / "packs")]
    assert len(files) > 10
    refuse([hit for file in files for hit in _hits(file, DOMAIN)])


def test_no_file_names_a_path_of_one_machine() -> None:
    files = [file for file in own_files() if not file.is_relative_to(CHECKERS)]
    refuse([hit for file in files for hit in _hits(file, MACHINE)])


def test_locks_name_no_registry() -> None:
    locks = sorted(ROOT.glob("requirements*"))
    assert len(locks) >= 8
    refuse([hit for file in locks for hit in _hits(file, REGISTRY)])


@pytest.mark.parametrize(
    "line", ["customer_id", "Customer", "class OrderLine", "orders", '"Product"', "ship stock now"]
)
def test_domain_words_are_found(line: str) -> None:
    assert DOMAIN.search(line)


@pytest.mark.parametrize(
    "line", ["order by", "Order of checks", "itertools.product", "reordered", "workshop", "shopping"]
)
def test_words_of_the_trade_are_free(line: str) -> None:
    assert not DOMAIN.search(line)


# Put together here, so that this file itself names no path of a machine.
FOLDERS = {name: name for name in ("root", "work", "home", "opt")}


@pytest.mark.parametrize("line", ["cd /{root}/x", "'/{work}/x'", "/{home}/someone/x", "/{opt}/pypi/simple"])
def test_machine_paths_are_found(line: str) -> None:
    assert MACHINE.search(line.format_map(FOLDERS))


@pytest.mark.parametrize("line", ["/workers", "src/{work}/x", "`/rooted`", "https://host/home", "/api/{home}/x"])
def test_other_paths_are_free(line: str) -> None:
    assert not MACHINE.search(line.format_map(FOLDERS))


def _hits(file: Path, pattern: re.Pattern[str]) -> list[str]:
    lines = enumerate(text(file).splitlines(), start=1)
    return [f"{path(file)}:{number}: {found[0]}" for number, line in lines for found in pattern.finditer(line)]
