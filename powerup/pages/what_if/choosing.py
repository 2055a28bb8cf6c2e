"""What is read of a form with which something is added to a what if."""

from werkzeug.datastructures import MultiDict

from powerup.presses.what_if import MOST_NAME, ChosenWhatIf


def chosen_in(form: MultiDict[str, str]) -> ChosenWhatIf:
    """The what if that was chosen beside a button, or the name of a new one."""
    return ChosenWhatIf(form.get("what_if", ""), form.get("what_if_name", "")[:MOST_NAME])
