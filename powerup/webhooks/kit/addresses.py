"""Which addresses a host may bring when it installs: those on the operator's lists alone (webhooks page, section 3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from powerup.documents.errors import DocumentError
from powerup.outsmart.address import api_address, origin_of, unmistakable_address
from powerup.outsmart.errors import InvalidApiAddress
from powerup.outsmart.public_ranges import leads_outside
from powerup.store.installations import HostLinks
from powerup.webhooks.kit.message_parts import ApiAccess

_PLACES = {"work_order": "{row_id}", "relation": "{debtor_no}", "object": "{object_code}"}
"""What stands in the address of each kind of record in the place of its id."""


@dataclass(frozen=True, slots=True)
class AddressLists:
    """What the operator allows. public_only: no address inside the operator's network, by number or by name."""

    api_urls: tuple[str, ...]
    origins: tuple[str, ...]
    public_only: bool

    def problems_of_api(self, api: ApiAccess) -> list[DocumentError]:
        """What is wrong with the address of the API; an empty list when it may be called."""
        return list(self._api(api.base_url))

    def has_api(self, base_url: str) -> bool:
        """Whether an address of an API is on the list; nothing is asked for."""
        parts = unmistakable_address(base_url)
        return parts is not None and any(_begins_with(parts, allowed) for allowed in self.api_urls)

    def problems_of_origins(self, origins: tuple[str, ...]) -> list[DocumentError]:
        """What is wrong with the origins of the host's pages."""
        return [
            DocumentError(f"/origins/{place}", "not_allowed", "This origin is not on the operator's list.")
            for place, origin in enumerate(origins)
            if not self._is_allowed_origin(unmistakable_address(origin), whole=True)
        ]

    def problems_of_callback(self, url: str) -> list[DocumentError]:
        """What is wrong with the address for callbacks."""
        parts = unmistakable_address(url)
        if not self._is_allowed_origin(parts, whole=False):
            return [DocumentError("/callback_url", "not_allowed", "Its origin is not on the operator's list.")]
        return list(self._inside("/callback_url", parts))

    def problems_of_links(self, links: HostLinks, origins: tuple[str, ...]) -> list[DocumentError]:
        """What is wrong with addresses of the host's pages: each is of one of its origins, and has its place once."""
        allowed = {origin_of(parts) for parts in map(unmistakable_address, origins) if parts is not None}
        return [
            DocumentError(f"/links/{name}", "not_allowed", f"It has {place} once, and is of one of the origins.")
            for name, place in _PLACES.items()
            if (link := getattr(links, name)) and not _leads_to(link, place, allowed)
        ]

    def _api(self, base_url: str) -> Iterator[DocumentError]:
        parts = unmistakable_address(base_url)
        if parts is None or not self.has_api(base_url):
            yield DocumentError("/api/base_url", "not_allowed", "This address is not on the operator's list.")
            return
        try:
            api_address(base_url)
        except InvalidApiAddress as error:
            yield DocumentError("/api/base_url", "invalid", str(error))
            return
        yield from self._inside("/api/base_url", parts)

    def _is_allowed_origin(self, parts: SplitResult | None, *, whole: bool) -> bool:
        if parts is None or (whole and parts.path not in ("", "/")):
            return False
        return any(origin_of(parts) == origin_of(urlsplit(allowed)) for allowed in self.origins)

    def _inside(self, pointer: str, parts: SplitResult | None) -> Iterator[DocumentError]:
        if self.public_only and parts is not None and not leads_outside(parts.hostname or "", origin_of(parts)[2]):
            yield DocumentError(pointer, "not_public", "This address is not on the public internet.")


def _leads_to(link: str, place: str, origins: set[tuple[str, str, int]]) -> bool:
    """A place stands behind the origin; what stands in a query or a fragment is the host's own affair."""
    parts = unmistakable_address(re.split(r"[?#]", link.replace(place, "1"), maxsplit=1)[0])
    once = link.count(place) == 1 and link.count("{") == 1 and not re.search(r"[\s\\\"'<>]", link)
    return once and parts is not None and origin_of(parts) in origins and place not in urlsplit(link).netloc


def _begins_with(parts: SplitResult, allowed: str) -> bool:
    """Whether the address is the allowed one or lies below it; `/openapi/80` does not lie below `/openapi/8`."""
    entry = urlsplit(allowed)
    return origin_of(parts) == origin_of(entry) and f"{parts.path.rstrip('/')}/".startswith(
        f"{entry.path.rstrip('/')}/"
    )
