"""What can go wrong in the stand-in, in two trees: refusals of API 8, and mistakes of whoever works the sandbox."""


class SandboxError(Exception):
    """A request to the sandbox itself (control, marketplace, board) that cannot be done; the text says why.

    Args:
        code: by which the pages find the same in the visitor's language, as `refusal.code`; empty where no page of
            the host leads there.
        values: that the pages fill in there.
    """

    def __init__(self, words: str, code: str = "", **values: object) -> None:
        super().__init__(words)
        self.code = code
        self.values = values


class NotFoundError(SandboxError):
    """The sandbox has no such work order, message or installation."""


class ApiError(Exception):
    """A refusal of API 8: becomes the envelope's `code` and `messages` (host page 4.3).

    Args:
        code: from the code table.
        messages: one text per flaw, in the order of the field table.
    """

    def __init__(self, code: int, *messages: str) -> None:
        super().__init__(f"{code}: {'; '.join(messages)}")
        self.code = code
        self.messages = list(messages)
