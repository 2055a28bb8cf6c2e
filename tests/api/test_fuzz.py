"""Once for each operation what `python -m tests.api.fuzz` does for ten minutes."""

from tests.api.fuzz import fuzz


def test_no_operation_answers_what_its_document_does_not_say() -> None:
    assert fuzz("--phases", "fuzzing", "--max-examples", "1", "--seed", "1") == 0
