"""A host for the power-up in 200 lines: its API, a page with buttons beside a customer, and callbacks taken.

    POWERUP=http://127.0.0.1:8000/ LISTING_KEY=whsec_… python host.py

The power-up is told of it by POWERUP_HOST_API_URLS=http://127.0.0.1:8100/openapi/8/,
POWERUP_HOST_ORIGINS=http://127.0.0.1:8100 and POWERUP_LISTING_KEYS. Everything is in memory: for reading and trying,
written from the webhooks page and the host page alone.
"""

import base64
import hmac
import json
import os
import secrets
import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import requests
from flask import Flask, Response, abort, render_template_string, request
from standardwebhooks import Webhook, WebhookVerificationError

POWERUP = os.environ["POWERUP"]
LISTING_KEY = os.environ["LISTING_KEY"]
PORT = int(os.environ.get("HOST_PORT", "8100"))
ORIGIN = f"http://127.0.0.1:{PORT}"
INSTALLATION, TENANT, CUSTOMER = f"ins_{uuid.uuid4().hex}", "t_example", "1001"
KEY = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
TOKENS = {"token": secrets.token_urlsafe(24), "software_token": secrets.token_urlsafe(24)}
ZONE = ZoneInfo("Europe/Amsterdam")
ACTOR = {"id": "u_1", "name": "A. Example", "role": "admin"}

app = Flask(__name__)
told: list[dict[str, Any]] = []  # callbacks, the newest last
orders: dict[int, dict[str, Any]] = {}  # work orders by row id
seen: set[str] = set()  # ids of callbacks: the same one may come twice
ONE_OF = {"object": "objects", "address": "addresses", "contactperson": "contactpersons"}
CHANGED = {"workdate": "WorkDate", "worktime": "WorkTime", "employee_nr": "EmployeeNr", "workstatus": "WorkStatus"}
RECORDS: dict[str, list[dict[str, Any]]] = {
    "relations": [
        {"name": "Example Ltd", "debtor_number": CUSTOMER, "street": "Havenstraat", "house_number": "7",
         "postal_code": "3511 AB", "city": "Utrecht", "contact": "B. Example", "active": "1"}
    ],
    "objects": [{"obj_code": "CV-1", "obj_debiteur_nummer": CUSTOMER, "obj_description": "Boiler"}],
    "worktypes": [{"wrt_name": "Maintenance", "wrt_description": "", "wrt_default_minutes": "60", "wrt_active": "1"}],
    "paymentmethods": [{"pmd_description": "on account"}],
    "employees": [{"firstname": "C.", "lastname": "Example", "number": "7", "active": "1"}],
}  # fmt: skip


# The API: version 8, as far as contracts need it. Every answer is HTTP 200 with a code of its own.


@app.route("/openapi/8/<name>", methods=["GET", "POST"], strict_slashes=False)
@app.route("/openapi/8/<name>/", methods=["GET", "POST"])
def api(name: str) -> dict[str, Any]:
    if any(not hmac.compare_digest(request.args.get(each, ""), secret) for each, secret in TOKENS.items()):
        return {"code": 1004, "messages": ["token not authorised"], "response": None}
    if records := RECORDS.get(ONE_OF.get(name, name)):
        key, value = request.args.get("key"), request.args.get("value")
        return ok([each for each in records if key not in each or each[key] == value])
    match name, request.method:
        case "PostWorkorders", "POST":
            return ok([posted(each) for each in request.get_json(force=True)])
        case "GetWorkorders", "GET":
            wanted = request.args.get("status", "Alle")
            return ok([each for each in orders.values() if wanted in ("Alle", each["status"])])
        case "GetWorkorder", "GET":
            found = [each for each in orders.values() if asked_for(each)]
            return ok(found[0]) if found else {"code": 1500, "messages": ["Workorder not found"], "response": None}
        case "UpdateWorkorder", "GET":
            found = [each for each in orders.values() if asked_for(each)]
            if not found:
                return {"code": 1500, "messages": ["Workorder not found"], "response": None}
            found[0].update({CHANGED[each]: value for each, value in request.args.items() if each in CHANGED})
            return ok(None)
        case "DeleteEntity", "GET":
            gone = [row_id for row_id in orders if str(row_id) == request.args.get("value")]
            return ok(len([orders.pop(each) for each in gone]))
        case _:
            return ok([])


def ok(response: Any) -> dict[str, Any]:
    return {"code": 200, "messages": [], "response": response}


def posted(sent: dict[str, Any]) -> dict[str, Any]:
    row_id = max(orders, default=0) + 1
    made_at = f"{datetime.now(ZONE):%Y-%m-%d %H:%M}"
    orders[row_id] = sent | {"id": str(row_id), "status": "Klaargezet", "CreationDate": made_at, "Archived": "0"}
    return {"workorder_no": sent["WorkorderNo"], "row_id": row_id}


def asked_for(order: dict[str, Any]) -> bool:
    return order["id"] == request.args.get("row_id") or order["WorkorderNo"] == request.args.get("workorder_no")


# Messages to the power-up: signed, each with an id of its own.


def send(message_type: str, data: dict[str, Any], key: str = KEY) -> dict[str, Any]:
    message_id, now = f"msg_{uuid.uuid4()}", datetime.now(UTC)
    message = {"type": message_type, "api_version": "1", "sent_at": now.isoformat(), "audience": POWERUP,
               "environment": "sandbox", "installation": {"id": INSTALLATION, "generation": 1},
               "tenant": {"id": TENANT}, "data": data}  # fmt: skip
    body = json.dumps(message)
    headers = {"Content-Type": "application/json", "powerup-installation": INSTALLATION, "webhook-id": message_id,
               "webhook-timestamp": str(int(now.timestamp())),
               "webhook-signature": Webhook(key).sign(message_id, now, body)}  # fmt: skip
    answer = requests.post(f"{POWERUP}webhooks", body.encode(), headers=headers, timeout=10)
    answer.raise_for_status()
    return dict(answer.json())


def install() -> None:
    """Bring the power-up a key and the way to the API; its proof shows that it holds the key."""
    challenge = secrets.token_urlsafe(24)
    answer = send("installation.created", {
        "tenant": {"id": TENANT, "name": "Example Ltd", "locale": "en", "timezone": "Europe/Amsterdam"},
        "key": KEY, "api": {"base_url": f"{ORIGIN}/openapi/8/", **TOKENS}, "origins": [ORIGIN],
        "callback_url": f"{ORIGIN}/powerups/callbacks", "challenge": challenge, "actor": ACTOR,
    }, key=LISTING_KEY)  # fmt: skip
    proof = hmac.digest(base64.b64decode(KEY.removeprefix("whsec_")), challenge.encode(), "sha256")
    if answer.get("proof") != base64.b64encode(proof).decode():
        raise SystemExit(f"not installed: {answer}")


@app.post("/powerups/callbacks")
def callback() -> Response:
    """What the power-up tells: verified, taken once, answered at once."""
    try:
        message = Webhook(KEY).verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        abort(401)
    if message["audience"] != f"{ORIGIN}/powerups/callbacks" or message["installation"]["id"] != INSTALLATION:
        abort(403)
    if (message_id := request.headers["webhook-id"]) not in seen:
        seen.add(message_id)
        told.append({"type": message["type"], "data": message["data"]})
    return Response(status=204)


# The page beside a customer: cards, their buttons, and what a button would do.

PAGE = """<!doctype html><html lang="en"><title>{{ title }}</title><h1>{{ title }}</h1>
{% macro button(each, type, id, version) %}{% if each.enabled -%}
<a href="/press?action={{ each.id }}&type={{ type }}&id={{ id }}&version={{ version }}">{{ labels[each.id] }}</a>
{%- else %}<span title="{{ each.reason }}">{{ labels[each.id] }} (not now)</span>{% endif %} {% endmacro %}
{% if answer %}<p><strong>{{ answer.status }}</strong>: {{ answer.message }}</p><ul>
{% for each in answer.errors or [] %}<li>{{ each.pointer }}: {{ each.message }}</li>{% endfor %}
{% for each in answer.effects or [] %}<li>{{ each.effect }} {{ each.planned_date }}</li>{% endfor %}</ul>{% endif %}
{% if form %}<form method="post">
{% for name, value in form.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
{% if asks %}<textarea name="input" rows="12" cols="80" aria-label="Input as JSON">{{ entered }}</textarea>
<button name="preview" value="1">Show what it does</button> <button>Do it</button>
{% else %}<input type="hidden" name="input" value="{{ entered }}"><button>Do exactly that</button>{% endif %}
</form>{% endif %}
{% for card in cards %}<h2>{{ card.id }} {{ card.name }}: {{ card.status }}</h2><p>{{ card.summary }}</p>
{% for each in card.actions %}{{ button(each, 'contract', card.id, card.version) }}{% endfor %}{% endfor %}
<p>{% for each in own %}{{ button(each, 'relation', customer, '') }}{% endfor %}</p>
<a href="/">Back to the customer</a></html>"""


def page(title: str, **shown: Any) -> str:
    known = {"cards": [], "own": [], "customer": CUSTOMER, "answer": None, "form": None, "labels": labels()}
    return render_template_string(PAGE, title=title, **known | shown)


def labels() -> dict[str, str]:
    manifest = requests.get(f"{POWERUP}.well-known/powerup.json", timeout=10).json()
    return {action["id"]: action["label"]["en"] for action in manifest["actions"]}


@app.get("/")
def customer() -> str:
    shown = send("cards.requested", {"target": {"type": "relation", "id": CUSTOMER}, "actor": ACTOR, "locale": "en"})
    return page("Example Ltd", cards=shown["cards"], own=shown.get("actions", []))


KEPT = ("action", "type", "id", "version", "intent")
BEGUN = {"name": "Boiler", "type": "preventive", "customer": CUSTOMER, "objects": ["CV-1"], "start": "2027-01-01",
         "order_per_object": True, "template": {"type_of_work": "Maintenance", "payment_method": "on account"},
         "plans": [{"name": "A", "unit": "month", "every": 3}]}  # fmt: skip


@app.get("/press")
def ask() -> str:
    """The form of a button. A host of one's own draws fields from the action's input, which is JSON Schema."""
    form = {name: request.args.get(name, "") for name in KEPT} | {"intent": f"int_{uuid.uuid4()}"}
    begun = BEGUN if form["action"] == "contract.create" else {}
    return page(labels()[form["action"]], form=form, asks=True, entered=json.dumps(begun, indent=1))


@app.post("/press")
def press() -> str:
    """One press: the intent stays the same from the first look to the confirmation, so that it is never done twice."""
    form, entered = {name: request.form[name] for name in KEPT}, request.form["input"]
    target = {"type": form["type"], "id": form["id"]} | ({"version": int(form["version"])} if form["version"] else {})
    more: dict[str, Any] = {"preview": True} if request.form.get("preview") else {}
    if request.form.get("confirmation"):
        more["confirmation"] = request.form["confirmation"]
    data = {"action": form["action"], "target": target, "input": json.loads(entered), "actor": ACTOR, "locale": "en"}
    answer = send("action.invoked", data | {"intent_id": form["intent"]} | more)
    if answer["status"] == "needs_confirmation":
        form["confirmation"] = answer["confirmation"]["token"]
        return page("Shall this be done?", answer=answer, form=form, asks=False, entered=entered)
    again = form if answer["status"] == "invalid" else None
    return page("What came of it", answer=answer, form=again, asks=True, entered=entered)


if __name__ == "__main__":
    from threading import Timer

    Timer(1, install).start()  # once the API above answers: the power-up tries the token before it says yes
    app.run(port=PORT)
