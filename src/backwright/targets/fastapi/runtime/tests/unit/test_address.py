from ipaddress import ip_network

import pytest

from services.security.address import client_address, network

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("connected", "address"), [("10.0.0.1", "10.0.0.1"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:DB8:0:0::1", "2001:db8::1")]
)
def test_while_nobody_is_trusted_the_address_is_that_of_the_socket(connected: str, address: str) -> None:
    assert client_address(connected, "192.0.2.1", []) == address


@pytest.mark.parametrize(
    ("connected", "forwarded", "client"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("::ffff:10.0.0.1", "192.0.2.9, 192.0.2.1,10.9.9.9 ", "192.0.2.1"),
        ("fd00::1", "192.0.2.1, ::ffff:a00:5", "192.0.2.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "192.0.2.1, somewhere, 10.0.0.2", "10.0.0.2"),
        ("192.0.2.5", "192.0.2.1", "192.0.2.5"),
    ],
)
def test_behind_trusted_proxies_the_last_entry_that_none_of_them_is_counts(connected: str, forwarded: str, client: str) -> None:
    assert client_address(connected, forwarded, TRUSTED) == client


@pytest.mark.parametrize(
    ("address", "counted"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8::5", "2001:db8::/64"), ("::1", "::/64")],
)
def test_an_address_of_ipv6_counts_with_its_network(address: str, counted: str) -> None:
    assert network(address) == counted
