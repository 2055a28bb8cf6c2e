"""How much somebody may send: a bucket of tokens for each sender, per process (webhooks page, section 2;
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
class Allowance:
    """What a sender has just now. seconds_to_wait is 0 for what may come in, which it then has; left is how many more
    may come at once, and whole_in in how many whole seconds that is the whole burst again."""

    seconds_to_wait: int
    left: int
    whole_in: int


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Counts what each sender sends; shared by a process's threads. burst at once, then per_second.

    Only senders that have proved who they are get a bucket, so strangers cannot fill the memory.
    """

    per_second: float = PER_SECOND
    burst: float = BURST
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def seconds_to_wait(self, sender: str, now: datetime) -> int:
        """0 when it may come in, which it then has; else whole seconds until one may. now is aware."""
        return self.take(sender, now).seconds_to_wait

    def take(self, sender: str, now: datetime) -> Allowance:
        """The same, with what is left. now is aware."""
        with self._lock:
            bucket = self._filled(sender, now.timestamp())
            wait = 0
            if bucket.tokens < 1:
                wait = math.ceil((1 - bucket.tokens) / self.per_second)
            else:
                bucket.tokens -= 1
            return Allowance(wait, int(bucket.tokens), math.ceil((self.burst - bucket.tokens) / self.per_second))

    def _filled(self, sender: str, moment: float) -> _Bucket:
        bucket = self._buckets.pop(sender, None) or _Bucket(self.burst, moment)
        gained = max(0.0, moment - bucket.filled_at) * self.per_second
        bucket.tokens, bucket.filled_at = min(self.burst, bucket.tokens + gained), moment
        self._buckets[sender] = bucket
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return bucket
