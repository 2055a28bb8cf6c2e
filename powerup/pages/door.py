"""The door of the pages: whose request it is, by the session whose secret the browser shows."""

from flask import g, request

from powerup.actions.kit.request import Role
from powerup.pages.cookies import secrets_of
from powerup.pages.visitor import Visitor
from powerup.timing import Clock
from powerup.visitors.open_sessions import FoundSession, OpenSessions


class SessionDoor:
    """Lets in whoever has an open session; of one that has ended, `g.was_here` keeps what is known."""

    def __init__(self, sessions: OpenSessions, clock: Clock, base_url: str) -> None:
        """clock gives aware moments; base_url is where the pages are."""
        self._sessions = sessions
        self._clock = clock
        self._base_url = base_url

    def __call__(self) -> Visitor | None:
        """The visitor of this request, or None."""
        for secret in secrets_of(request, self._base_url):
            found = self._sessions.find(secret, self._clock())
            if found and found.is_open:
                return visitor_of(found)
            g.was_here = found.known if found else g.get("was_here")
        return None


def visitor_of(found: FoundSession) -> Visitor:
    """The visitor of an open session."""
    known = found.known
    return Visitor(
        tenant_id=known.session.tenant_id,
        tenant_name=known.tenant_name,
        actor_id=known.actor_id,
        name=known.name,
        role=Role(known.role),
        locale=known.locale,
        csrf_secret=found.csrf_secret,
        session_id=known.session.id,
        framed=known.session.installation_id is not None,
        frame_ancestors=known.origins,
    )
