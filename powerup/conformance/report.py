"""What was found, for people and for programs: one line per check, and of what failed what was sent and what came."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from powerup.conformance.check import Result, Verdict
from powerup.conformance.exchange import Exchange, Secrets
from powerup.plain_text import shown_plainly
from powerup.texts import Reader, text

_MARKS: Mapping[Verdict, str] = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.NOT_TRIED: "–"}
_LONGEST_BODY = 2000
_SHOWN_EXCHANGES = 4
"""Of a check that failed: the last ones, since what was found is in what came last."""


def lines(result: Result, secrets: Secrets, reader: Reader, *, all_exchanges: bool = False) -> Iterator[str]:
    """The lines of one check: how it ended, where it is asked for, and what was exchanged where it failed."""
    check = result.check
    yield f"{_MARKS[result.verdict]} {check.id} [{check.section}] {reader.say(check.expects)}"
    if result.found is not None:
        yield f"    {_shown(secrets.hidden(reader.say(result.found)))}"
    if result.verdict is Verdict.FAILED or all_exchanges:
        for exchange in result.exchanges if all_exchanges else result.exchanges[-_SHOWN_EXCHANGES:]:
            yield from _exchange_lines(exchange, secrets)


def summary(results: Sequence[Result], reader: Reader) -> str:
    """How many passed, failed and were not tried."""
    counts = Counter(each.verdict for each in results)
    return reader.say(
        text(
            "Passed: {passed}, failed: {failed}, not tried: {not_tried}.",
            passed=counts[Verdict.PASSED],
            failed=counts[Verdict.FAILED],
            not_tried=counts[Verdict.NOT_TRIED],
        )
    )


def document(results: Sequence[Result], secrets: Secrets, reader: Reader) -> dict[str, Any]:
    """The same for programs, with everything that was exchanged."""
    counts = Counter(each.verdict for each in results)
    return {
        **{verdict.value: counts[verdict] for verdict in Verdict},
        "checks": [_result_document(each, secrets, reader) for each in results],
    }


def _result_document(result: Result, secrets: Secrets, reader: Reader) -> dict[str, Any]:
    return {
        "check": result.check.id,
        "section": result.check.section,
        "verdict": result.verdict.value,
        "expects": reader.say(result.check.expects),
        "found": None if result.found is None else secrets.hidden(reader.say(result.found)),
        "exchanges": [_exchange_document(each, secrets) for each in result.exchanges],
    }


def _exchange_document(exchange: Exchange, secrets: Secrets) -> dict[str, Any]:
    answer = exchange.answer
    return {
        "by_us": exchange.by_us,
        "request": {
            "method": exchange.method,
            "url": secrets.hidden(exchange.url),
            "headers": _headers(exchange.headers, secrets),
            "body": _body(exchange.body, secrets),
        },
        "answer": None
        if answer is None
        else {
            "status": answer.status,
            "headers": _headers(answer.headers, secrets),
            "body": _body(answer.body, secrets),
        },
        "error": exchange.error or None,
    }


def _exchange_lines(exchange: Exchange, secrets: Secrets) -> Iterator[str]:
    away, back = (">", "<") if exchange.by_us else ("<", ">")
    yield f"    {away} {exchange.method} {secrets.hidden(exchange.url)}"
    for name, value in _headers(exchange.headers, secrets).items():
        yield f"    {away} {name}: {_shown(value)}"
    if exchange.body:
        yield f"    {away} {_shown(_body(exchange.body, secrets))}"
    answer = exchange.answer
    if answer is None:
        yield f"    {back} ({exchange.error})"
        return
    yield f"    {back} {answer.status}"
    if answer.body:
        yield f"    {back} {_shown(_body(answer.body, secrets))}"


def _headers(headers: Mapping[str, str], secrets: Secrets) -> dict[str, str]:
    return {name: secrets.hidden(value) for name, value in headers.items()}


def _body(body: bytes, secrets: Secrets) -> str:
    """The body without secrets, which JSON may spell otherwise: it is written anew before they are looked for."""
    try:
        words = json.dumps(json.loads(body), ensure_ascii=False)
    except (ValueError, RecursionError):
        words = body.decode(errors="replace")
    words = secrets.hidden(words)
    return words if len(words) <= _LONGEST_BODY else words[:_LONGEST_BODY] + "…"


def _shown(words: str) -> str:
    return shown_plainly(words).replace("\n", " ")
