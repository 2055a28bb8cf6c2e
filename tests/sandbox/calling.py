"""A caller of API 8 that knows nothing of the sandbox, and a work order to post."""

from typing import Any

import requests

from powerup.sandbox.server import SandboxServer


class Caller:
    """Calls API 8 the way a client without any knowledge of the sandbox would."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        credentials = server.credentials
        self.tokens = {"token": credentials.token, "software_token": credentials.software_token}
        self.session = requests.Session()

    def get(self, endpoint: str, **parameters: Any) -> dict[str, Any]:
        address = f"{self.server.api_url}{endpoint}/"
        answer = self.session.get(address, params={**self.tokens, **parameters}, timeout=5)
        assert answer.status_code == 200
        return dict(answer.json())

    def post(self, endpoint: str, body: Any, **parameters: Any) -> dict[str, Any]:
        address = f"{self.server.api_url}{endpoint}/"
        answer = self.session.post(address, params={**self.tokens, **parameters}, json=body, timeout=5)
        assert answer.status_code == 200
        return dict(answer.json())

    def post_order(self, workorder_no: str, **fields: Any) -> int:
        reply = self.post("PostWorkorders", [order(workorder_no, **fields)])
        assert reply["code"] == 200, reply
        return int(reply["response"][0]["row_id"])


def order(workorder_no: str, **fields: Any) -> dict[str, Any]:
    """A work order with its fifteen required fields."""
    customer = {
        "Name": "Bakkerij De Korenaar",
        "DebtorNr": "1001",
        "Street": "Dorpsstraat",
        "ZIP": "3811 AB",
        "City": "Amersfoort",
        "ContactPerson": "Marieke Smit",
    }
    return {
        "WorkorderNo": workorder_no,
        "TypeOfWork": "Onderhoud",
        "PaymentMethod": "op rekening",
        **{f"Customer{name}": value for name, value in customer.items()},
        **{f"Customer{name}Invoice": value for name, value in customer.items()},
        **fields,
    }
