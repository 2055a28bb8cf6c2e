"""Who looks at the pages."""

from dataclasses import dataclass, field

from powerup.actions.kit.request import Actor, Role
from powerup.pages.entrance import PANEL


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person at the screen, as whoever let them in knows them.

    locale is a tag such as nl or en_GB. session_id is ours. A visitor is framed whose host shows the pages in one of
    its own, from the origins frame_ancestors. csrf_secret belongs to the person; what changes something shows that it
    knows it.
    """

    tenant_id: str
    tenant_name: str
    actor_id: str
    name: str
    role: Role
    locale: str
    csrf_secret: bytes = field(repr=False)
    session_id: str = ""
    framed: bool = False
    frame_ancestors: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        """The person as actions know one."""
        return Actor(self.actor_id, self.name, self.role, PANEL.name)

    def may(self, needed: Role) -> bool:
        """Whether the person may do what asks for a role."""
        return self.role.may(needed)
