"""The Flask side of the webhooks: a request in, a reply out, nothing decided here."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from powerup.timing import Clock
from powerup.webhooks.kit.refusal import malformed
from powerup.webhooks.way_in.admission import MOST_BYTES
from powerup.webhooks.way_in.reception import Reception

PATH = "/webhooks"


def webhooks_blueprint(reception: Reception, clock: Clock) -> Blueprint:
    """The address to which hosts deliver; clock gives aware moments."""
    blueprint = Blueprint("webhooks", __name__)

    @blueprint.post(PATH, provide_automatic_options=False)
    def receive() -> ResponseReturnValue:
        headers = {name.lower(): value for name, value in request.headers.items()}
        reply = reception.receive(headers, _read_body, clock())
        return Response(reply.body, reply.status, reply.headers, content_type="application/json")

    return blueprint


def _read_body() -> bytes:
    """The body, or one byte more than may come: what is behind that is never read."""
    body = bytearray()
    try:
        while len(body) <= MOST_BYTES and (piece := request.stream.read(MOST_BYTES + 1 - len(body))):
            body += piece
    except Exception as error:
        raise malformed(len(body), "The body breaks off here.") from error
    return bytes(body)
