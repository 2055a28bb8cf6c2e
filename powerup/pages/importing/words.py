"""Words on the pages of imports."""

from collections.abc import Mapping

from powerup.store.file_imports import ImportedState, ImportState
from powerup.texts import Text, text

STATE_WORDS: Mapping[ImportState, Text] = {
    ImportState.LOOKING: text("The file is being looked at"),
    ImportState.WRONG: text("To be corrected"),
    ImportState.SHOWN: text("Waits for your word"),
    ImportState.WORKING: text("The contracts are being imported"),
    ImportState.DONE: text("Imported"),
    ImportState.UNDOING: text("The import is being undone"),
    ImportState.UNDONE: text("Undone"),
    ImportState.DROPPED: text("Forgotten"),
}
STATE_TONES: Mapping[ImportState, str] = {
    ImportState.LOOKING: "busy",
    ImportState.WRONG: "bad",
    ImportState.SHOWN: "wait",
    ImportState.WORKING: "busy",
    ImportState.DONE: "good",
    ImportState.UNDOING: "busy",
    ImportState.UNDONE: "quiet",
    ImportState.DROPPED: "quiet",
}
CONTRACT_WORDS: Mapping[ImportedState, Text] = {
    ImportedState.SHOWN: text("not done yet"),
    ImportedState.DONE: text("done"),
    ImportedState.LEFT_OUT: text("left out"),
    ImportedState.FAILED: text("not done"),
    ImportedState.UNDONE: text("undone"),
}
RESULT_WORDS: Mapping[str, Text] = {
    "created": text("new"),
    "changed": text("changed"),
    "unchanged": text("unchanged"),
}
