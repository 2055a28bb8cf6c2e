"""`powerup user`: people of a tenant who sign in here, since no host sends them."""

import click
from sqlalchemy import Connection

from powerup.actions.kit.request import Role
from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.mail.digests import Sent
from powerup.mail.mail_server import Handed, MailServerError
from powerup.mail.message import plain_text_of
from powerup.parts import Parts
from powerup.store.sessions import Sessions
from powerup.store.users import User, Users
from powerup.texts import text
from powerup.visitors import invitations
from powerup.visitors.invitations import Invitation, UserRefused, plain_email

_SHOWN = ("email", "name", "role", "state", "sessions", "seen_at")

_email_argument = click.argument("email")


@click.group()
def user() -> None:
    """People of a tenant who sign in here, since no host sends them."""


@user.command("add")
@tenant_argument
@_email_argument
@click.option("--role", type=click.Choice([each.value for each in Role]), required=True, help="What they may do.")
@json_option
@pass_surroundings
def add(surroundings: Surroundings, tenant: str, email: str, role: str, as_json: bool) -> None:
    """Invite somebody. The link is shown this once, and is good for 7 days."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        try:
            invitation = invitations.invite(connection, found.id, email, Role(role), OPERATOR, surroundings.clock())
        except UserRefused as error:
            raise WrongUse(error.args[0]) from error
        _show(surroundings, parts, invitation, as_json)


@user.command("list")
@tenant_argument
@json_option
@pass_surroundings
def list_(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """List the users of a tenant, with whether they have joined and when they were last seen."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        rows = [_row(connection, each) for each in Users(connection, found.id).all()]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(_SHOWN, rows, surroundings.reader)


@user.command("reset")
@tenant_argument
@_email_argument
@json_option
@pass_surroundings
def reset(surroundings: Surroundings, tenant: str, email: str, as_json: bool) -> None:
    """Give out a new link: password, codes and sessions of now end. The link is shown this once."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = _user_of(connection, parts, tenant, email)
        _show(surroundings, parts, invitations.reset(connection, found, OPERATOR, surroundings.clock()), as_json)


@user.command("remove")
@tenant_argument
@_email_argument
@json_option
@pass_surroundings
def remove(surroundings: Surroundings, tenant: str, email: str, as_json: bool) -> None:
    """Remove somebody, who is signed out at once. What they did stays in the history."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = _user_of(connection, parts, tenant, email)
        invitations.remove(connection, found, OPERATOR, surroundings.clock(), last_too=True)
    if as_json:
        print_json({"email": found.email, "removed": True})
    else:
        surroundings.say(text("{email} is removed.", email=found.email))


@user.command("digest")
@tenant_argument
@_email_argument
@click.option("--show", is_flag=True, help="Show what it would say, and send nothing.")
@json_option
@pass_surroundings
def digest(surroundings: Surroundings, tenant: str, email: str, show: bool, as_json: bool) -> None:
    """Send somebody the mail of the day now, as a trial; who wants it gets that of the morning as well."""
    with surroundings.parts() as parts:
        digests = parts.digests()
        if digests is None:
            raise WrongUse(text("This server sends no mail: POWERUP_SMTP_URL and POWERUP_MAIL_FROM are not set."))
        with parts.database.read() as connection:
            found = _user_of(connection, parts, tenant, email)
        sent = Sent(email, digests.written(found), None) if show else digests.send_now(found)
    if as_json:
        print_json(_sent_document(sent))
    elif sent.digest is None:
        surroundings.say(text("There is nothing to tell today: no mail goes to {email}.", email=found.email))
    elif sent.handing is None:
        click.echo(f"{sent.digest.subject}\n\n{plain_text_of(sent.digest)}")
    elif sent.handing.outcome is Handed.TAKEN:
        surroundings.say(text("The mail server took the mail to {email}.", email=found.email))
    if sent.handing and sent.handing.outcome is not Handed.TAKEN:
        raise MailServerError(sent.handing.words)


def _user_of(connection: Connection, parts: Parts, tenant: str, email: str) -> User:
    found = tenant_of(connection, parts, tenant)
    try:
        known = Users(connection, found.id).of_email(plain_email(email))
    except UserRefused as error:
        raise WrongUse(error.args[0]) from error
    if known is None:
        raise WrongUse(
            text("{tenant} has no user {email}; `powerup user list` names them.", tenant=tenant, email=email)
        )
    return known


def _show(surroundings: Surroundings, parts: Parts, invitation: Invitation, as_json: bool) -> None:
    link = invitation.link(parts.settings.base_url)
    user = invitation.user
    if as_json:
        print_json({"email": user.email, "role": user.role, "link": link, "until": user.invitation_until})
        return
    click.echo(link)
    surroundings.say(
        text(
            "Give this link to {email}: it is not shown again, is good once and until {until} (UTC), and leads to a "
            "password of their own.",
            email=user.email,
            until=user.invitation_until,
        )
    )


def _sent_document(sent: Sent) -> dict[str, object]:
    return {
        "email": sent.email,
        "subject": sent.digest.subject if sent.digest else None,
        "text": plain_text_of(sent.digest) if sent.digest else None,
        "outcome": sent.handing.outcome if sent.handing else None,
    }


def _row(connection: Connection, each: User) -> dict[str, object]:
    sessions = Sessions(connection, each.tenant_id).of_user(each.id)
    return {
        "email": each.email,
        "name": each.name,
        "role": each.role,
        "state": "joined" if each.password_hash else "invited",
        "code": each.code_key is not None,
        "digest": each.digest_at is not None,
        "invitation_until": each.invitation_until,
        "sessions": len(sessions),
        "seen_at": sessions[0].seen_at if sessions else None,
    }
