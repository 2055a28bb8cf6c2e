"""The people of the tenant: an admin invites them, gives them roles and new links, and removes them."""

from flask import Response, abort, request
from werkzeug.exceptions import BadRequest

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.moments import in_zone_of
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.texts import Text, sentence_of, text
from powerup.visitors.invitations import Invitation, UserRefused
from powerup.visitors.people import NoSuchUser, People


def add_users(pages: Pages) -> None:
    """The page and its buttons."""
    view = UserPage(pages.parts)
    pages.page("/users", role=Role.ADMIN)(view.users)
    pages.page("/users", role=Role.ADMIN, methods=("POST",))(view.change_users)


class UserPage:
    """The views; a link is in the answer of the press that made it, and nowhere else."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def users(self, visitor: Visitor) -> Response:
        """Everybody."""
        return self._page(visitor)

    def change_users(self, visitor: Visitor) -> Response:
        """One press."""
        try:
            return self._done(visitor, People(self._parts.database, visitor.tenant_id))
        except UserRefused as error:
            return self._page(visitor, flaw=sentence_of(error), status=422)
        except (NoSuchUser, ValueError):
            abort(404)

    def _done(self, visitor: Visitor, people: People) -> Response:
        form, now = request.form, self._parts.clock()
        user_id = form.get("user", "")
        match form.get("do"):
            case "invite":
                invited = people.invite(form.get("email", ""), Role(form.get("role", "")), visitor.actor, now)
                return self._page(visitor, invitation=invited)
            case "reset":
                return self._page(visitor, invitation=people.reset(user_id, visitor.actor, now))
            case "role":
                user = people.give_role(user_id, Role(form.get("role", "")), visitor.actor, now)
                return self._told(visitor, text("The role of {email} is changed.", email=user.email))
            case "remove":
                user = people.remove(user_id, visitor.actor, now)
                return self._told(visitor, text("{email} is removed.", email=user.email))
            case _:
                raise BadRequest

    def _told(self, visitor: Visitor, words: Text) -> Response:
        return go_on(visitor, addresses.users(), News(words))

    def _page(
        self, visitor: Visitor, invitation: Invitation | None = None, flaw: Text | None = None, status: int = 200
    ) -> Response:
        return answer(
            "users/page.html",
            visitor,
            status=status,
            section=addresses.settings(),
            people=People(self._parts.database, visitor.tenant_id).all(),
            roles=list(Role),
            invitation=invitation,
            link=invitation.link(self._parts.base_url) if invitation else "",
            email=request.form.get("email", "") if flaw else "",
            flaw=flaw,
            here_time=in_zone_of(self._parts.database, visitor.tenant_id),
        )
