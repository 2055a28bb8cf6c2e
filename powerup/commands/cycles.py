"""The worker that runs cycles, made of the parts of this process."""

import os
import random
import socket
from datetime import timedelta

from powerup.parts import Parts
from powerup.sync.cycle import Cycles
from powerup.sync.pace import Pace


def cycles_of(parts: Parts) -> Cycles:
    """Runs cycles in the name of this process."""
    settings = parts.settings
    return Cycles(
        database=parts.database,
        open_host=parts.open_patient_host,
        owner=f"{socket.gethostname()}:{os.getpid()}",
        clock=parts.clock,
        jitter=random.random,
        pace=Pace(
            reconcile_every=timedelta(minutes=settings.reconcile_minutes),
            lease_seconds=settings.lease_seconds,
            host_timeout_seconds=settings.host_timeout_seconds,
        ),
        limits=parts.limits,
    )
