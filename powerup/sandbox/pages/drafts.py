"""Forms that were filled in and not sent yet: going back to one finds it as it was left."""

import secrets
import threading
from collections import OrderedDict

from powerup.sandbox.pages.form_reading import Entries

_KEPT = 500


class Drafts:
    """What was last entered in each form that is open: the newest few hundred, as long as the process lives."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, Entries] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self) -> str:
        """A name for a form that is opened; it stands in the form's address, and so in the browser's history."""
        return secrets.token_urlsafe(9)

    def keep(self, name: str, entries: Entries) -> None:
        """Keep what was entered, in place of what was before."""
        with self._lock:
            self._entries[name] = entries
            self._entries.move_to_end(name)
            while len(self._entries) > _KEPT:
                self._entries.popitem(last=False)

    def find(self, name: str) -> Entries | None:
        """What was entered last, None where nothing was or it is done."""
        with self._lock:
            return self._entries.get(name)

    def drop(self, name: str) -> None:
        """The form is done: opened again it begins anew."""
        with self._lock:
            self._entries.pop(name, None)
