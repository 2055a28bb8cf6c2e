"""How many messages an installation may send: a bucket of tokens for each, per process (webhooks page, section 2;
decision 9)."""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

PER_SECOND = 20.0
BURST = 100.0

_MOST_BUCKETS = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Counts messages of each installation; shared by a process's threads. burst messages at once, then per_second.

    Only installations that have proved who they are get a bucket, so strangers cannot fill the memory.
    """

    per_second: float = PER_SECOND
    burst: float = BURST
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def seconds_to_wait(self, installation_id: str, now: datetime) -> int:
        """0 when the message may come in, which it then has; else whole seconds until one may. now is aware."""
        with self._lock:
            bucket = self._filled(installation_id, now.timestamp())
            if bucket.tokens < 1:
                return math.ceil((1 - bucket.tokens) / self.per_second)
            bucket.tokens -= 1
            return 0

    def _filled(self, installation_id: str, moment: float) -> _Bucket:
        bucket = self._buckets.pop(installation_id, None) or _Bucket(self.burst, moment)
        gained = max(0.0, moment - bucket.filled_at) * self.per_second
        bucket.tokens, bucket.filled_at = min(self.burst, bucket.tokens + gained), moment
        self._buckets[installation_id] = bucket
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return bucket
