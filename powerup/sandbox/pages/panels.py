"""Panels of the power-up: its own pages in a frame of the host's, opened by a token (webhooks page 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.pages.manifest import Panel, panels_of
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.visitor import Visitor, current_visitor
from powerup.sandbox.signing import panel_token

_BESIDE = ("relation", "object", "work_order")


@dataclass(frozen=True, slots=True)
class Opening:
    """What is sent to the power-up to open one of its panels."""

    panel: Panel
    address: str
    token: str = field(repr=False)


def add_panel_views(blueprint: Blueprint, site: Site) -> None:
    """The page with the frame of a panel."""

    @blueprint.get("/panels/<panel_id>")
    def panel(panel_id: str) -> ResponseReturnValue:
        opening = _opening(site, panel_id, current_visitor())
        address = urlsplit(opening.address)
        g.framed = f"{address.scheme}://{address.netloc}"
        return render_template("panel.html", opening=opening)


def panels_at(site: Site, where: str) -> Sequence[Panel]:
    """The panels of the installed power-up for a place; none while it cannot be asked what it has."""
    if site.installation() is None:
        return ()
    try:
        return [panel for panel in panels_of(site.listed.manifest()) if where in panel.where]
    except SandboxError:
        return ()


def _opening(site: Site, panel_id: str, visitor: Visitor) -> Opening:
    installation = site.installation()
    found = next((panel for panel in panels_of(site.listed.manifest()) if panel.id == panel_id), None)
    if installation is None or found is None:
        abort(404)
    claims: dict[str, Any] = {
        "aud": installation.powerup_url,
        "iss": site.marketplace.site_url,
        "ins": installation.id,
        "gen": installation.generation,
        "sub": visitor.actor.id,
        "name": visitor.actor.name,
        "role": visitor.actor.role,
        "locale": visitor.texts.language,
        "panel": found.id,
        **_target(),
    }
    endpoint = str(site.listed.manifest()["endpoints"]["panel"])
    address = installation.powerup_url.rstrip("/") + endpoint
    return Opening(found, address, panel_token(installation.key, claims, site.host.calendar.clock()))


def _target() -> Mapping[str, Any]:
    """The record that the panel was opened beside, as the address says."""
    kind, record = request.args.get("type", ""), request.args.get("id", "")
    return {"target": {"type": kind, "id": record}} if kind in _BESIDE and record else {}
