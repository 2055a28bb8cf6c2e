"""The marketplace: the power-up's page, installing it with consent, and everything until it is removed."""

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.installation import Actor
from powerup.sandbox.marketplace import Marketplace
from powerup.sandbox.pages import tour
from powerup.sandbox.pages.manifest import buttons_of, scopes_of
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.visitor import current_visitor

_PAGE = "/marketplace/powerup"

Step = Callable[[Marketplace, Actor], Attempt | None]

_STEPS: Mapping[str, Step] = {
    "suspend": lambda marketplace, actor: marketplace.suspend(actor),
    "resume": lambda marketplace, actor: marketplace.resume(actor),
    "remove": lambda marketplace, actor: marketplace.uninstall(actor),
    "erase": lambda marketplace, actor: marketplace.erase(actor),
    "rotate_key": lambda marketplace, _: marketplace.rotate_key(),
    "change_credentials": lambda marketplace, _: marketplace.change_credentials(),
}


def add_marketplace_views(blueprint: Blueprint, site: Site) -> None:
    """The list and the power-up's page."""

    @blueprint.get("/marketplace")
    def marketplace() -> ResponseReturnValue:
        manifest, trouble = _manifest(site)
        return render_template(
            "marketplace.html", manifest=manifest, trouble=trouble, url=site.listed.url, state=_state(site)
        )

    @blueprint.get(_PAGE)
    def powerup() -> ResponseReturnValue:
        return _powerup_page(site)

    @blueprint.post("/marketplace/listing")
    def list_powerup() -> ResponseReturnValue:
        _only_admin()
        site.listed.list_at(request.form.get("url", "").strip())
        return redirect("/marketplace", 303)

    @blueprint.post(f"{_PAGE}/install")
    def install() -> ResponseReturnValue:
        _only_admin()
        if "consent" not in request.form:
            return _powerup_page(site, consent_missing=True), 422
        if site.listed.url is None:
            raise SandboxError("no power-up is listed", "none_listed")
        installed = site.marketplace.install(site.listed.url, current_visitor().actor, fresh="fresh" in request.form)
        if installed.state == "active":
            tour.tick(site.host, "install")
        return redirect(_PAGE, 303)

    @blueprint.post(f"{_PAGE}/<step>")
    def take_step(step: str) -> ResponseReturnValue:
        _only_admin()
        if step not in _STEPS:
            raise SandboxError(f"there is no step {step}")
        attempt = _STEPS[step](site.marketplace, current_visitor().actor)
        return redirect(f"{_PAGE}?done={attempt.number}" if attempt else f"{_PAGE}?held=1", 303)


def _only_admin() -> None:
    visitor = current_visitor()
    if not visitor.may("admin"):
        raise Forbidden(visitor.texts.say("Only an admin can install and remove power-ups. Switch person at the top."))


def _state(site: Site) -> str:
    """`none`, or the state of the installation."""
    found = site.marketplace.book.find()
    return found.state if found else "none"


def _manifest(site: Site) -> tuple[Mapping[str, object] | None, str]:
    """The manifest, or why there is none."""
    try:
        return site.listed.manifest(), ""
    except SandboxError as trouble:
        return None, current_visitor().texts.refusal(trouble)


def _powerup_page(site: Site, consent_missing: bool = False) -> str:
    manifest, trouble = _manifest(site)
    installation = site.marketplace.book.find()
    now = site.host.calendar.clock()
    return render_template(
        "powerup.html",
        manifest=manifest,
        trouble=trouble,
        scopes=scopes_of(manifest or {}),
        buttons=buttons_of(manifest or {}),
        installation=installation,
        tenant=site.marketplace.book.firm().id,
        state=_state(site),
        restorable=installation is not None and installation.can_be_restored(now),
        consent_missing=consent_missing,
    )
