"""What stands between us and the reader: a proxy that vouches for who it is, and its headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from starlette.types import Scope

from pkqa.errors import UsageError
from pkqa.serve.caller import Caller
from pkqa.serve.signin.names import is_name
from pkqa.settings import Settings

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# Headers by which a proxy tells how it was addressed. Gradio would believe anybody's.
_FORWARDED: Final = re.compile(
    rb"forwarded|x-forwarded-(?:for|host|port|prefix|proto|scheme|server|ssl)"
    rb"|x-original-(?:host|uri|url)|x-rewrite-url"
)


def as_addressed(scope: Scope, public: str) -> Scope:
    """The request as the reader sent it: to ``public`` if that is set, and what else it says of
    the way it took is left out."""
    headers = [pair for pair in scope["headers"] if not _FORWARDED.fullmatch(pair[0])]
    if not public:
        return {**scope, "headers": headers}
    parts = urlsplit(public)
    headers = [pair for pair in headers if pair[0] != b"host"]
    headers.append((b"host", parts.netloc.encode()))
    return {**scope, "scheme": parts.scheme, "headers": headers}


@dataclass(frozen=True, slots=True)
class TrustedProxy:
    """The proxies that are believed, and the headers in which they say who a reader is."""

    networks: tuple[IPv4Network | IPv6Network, ...]
    user_header: bytes  # in lower case
    groups_header: bytes  # likewise

    def caller(self, scope: Scope) -> Caller | None:
        """Who a proxy of the list says that the reader is; None where it says nothing clear."""
        if not self._is_ours(scope):
            return None
        users, lists = self._told(scope, self.user_header), self._told(scope, self.groups_header)
        # A header that comes twice was sent by the reader once, and added to by the proxy.
        if len(users) != 1 or len(lists) > 1:
            return None
        try:
            name = users[0].decode().strip()
            listed = (group.strip() for group in b"".join(lists).decode().split(","))
        except UnicodeDecodeError:
            return None
        groups = tuple(group for group in listed if group)
        return Caller(name, groups, "proxy") if all(map(is_name, (name, *groups))) else None

    def strip(self, scope: Scope) -> None:
        """Take those headers away: nothing behind the gate goes by anybody's word."""
        ours = {self.user_header, self.groups_header}
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in ours]

    def _is_ours(self, scope: Scope) -> bool:
        client = scope.get("client")
        try:
            address = ip_address(client[0]) if client else None
        except ValueError:
            return False
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        return address is not None and any(address in network for network in self.networks)

    def _told(self, scope: Scope, header: bytes) -> list[bytes]:
        return [value for name, value in scope["headers"] if name == header]


def trusted_proxy_of(settings: Settings) -> TrustedProxy | None:
    """The proxies that the settings name; None where they name none; raises ``UsageError``."""
    networks = []
    for part in settings.proxy_addresses.split(","):
        if part.strip():
            try:
                networks.append(ip_network(part.strip()))
            except ValueError as error:
                raise UsageError(
                    f"setting 'proxy_addresses' does not fit: {error}; write addresses or "
                    "networks by commas, as in 10.0.0.7, 10.1.0.0/24"
                ) from None
    if not networks:
        return None
    if any(network.prefixlen == 0 for network in networks):
        raise UsageError(
            "setting 'proxy_addresses' names every address there is: anybody could say that they "
            "are anybody; name the proxy's own"
        )
    for setting in ("proxy_user_header", "proxy_groups_header"):
        if not _TOKEN.fullmatch(getattr(settings, setting)):
            raise UsageError(
                f"setting {setting!r} is no name of a header; write one, as in X-Forwarded-User"
            )
    return TrustedProxy(
        tuple(networks),
        settings.proxy_user_header.lower().encode(),
        settings.proxy_groups_header.lower().encode(),
    )
