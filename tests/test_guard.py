"""Which addresses are public, whatever form they are written in."""

import ipaddress

import pytest

from crawlers.middlewares.address_guard import is_public

INSIDE = [
    "127.0.0.1",
    "10.0.0.8",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
    "192.88.99.1",
]
OUTSIDE = ["1.1.1.1", "93.184.215.14"]


def _forms(v4: str) -> dict[str, ipaddress.IPv6Address]:
    """The addresses that stand for one of IPv4."""
    number = int(ipaddress.IPv4Address(v4))
    teredo = ipaddress.IPv6Address("2001:0:101:101::")
    return {
        "compatible": ipaddress.IPv6Address(number),
        "mapped": ipaddress.IPv6Address(f"::ffff:{v4}"),
        "translated": ipaddress.IPv6Address(f"::ffff:0:{v4}"),
        "NAT64": ipaddress.IPv6Address(f"64:ff9b::{v4}"),
        "6to4": ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1),
        "Teredo": ipaddress.IPv6Address(int(teredo) | (number ^ 0xFFFFFFFF)),
        "server of Teredo": ipaddress.IPv6Address((0x20010000 << 96) | (number << 64) | (0x01010101 ^ 0xFFFFFFFF)),
        "ISATAP": ipaddress.IPv6Address(int(ipaddress.IPv6Address("2a00:1450::5efe:0:0")) | number),
        "global ISATAP": ipaddress.IPv6Address(int(ipaddress.IPv6Address("2a00:1450::200:5efe:0:0")) | number),
    }


@pytest.mark.parametrize("form", _forms("1.1.1.1"))
def test_an_address_is_as_public_as_the_one_that_it_stands_for(form: str) -> None:
    assert [v4 for v4 in INSIDE if is_public(_forms(v4)[form])] == []
    assert [v4 for v4 in OUTSIDE if not is_public(_forms(v4)[form])] == []


@pytest.mark.parametrize(
    "address", [*INSIDE, "::", "::1", "fe80::1", "fd00::1", "fec0::1", "ff02::1", "64:ff9b:1::1", "4000::1"]
)
def test_private(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", [*OUTSIDE, "2a00:1450:4001::1", "2606:4700::1"])
def test_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
