"""The log of a process that runs on: JSON lines, without any token (operations page)."""

import logging
import sys

import structlog

from powerup.outsmart.redaction import redact_event

_QUIET = {"apscheduler": logging.WARNING, "urllib3": logging.ERROR}
"""From which level libraries are heard: one says each second that it does its work, and another warns in a host's own
words of calls that we tell of ourselves."""


def configure_logging(level: int = logging.INFO) -> None:
    """Log JSON lines to standard error, ours and those of libraries alike, without any token. Once per process."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library, least in _QUIET.items():
        logging.getLogger(library).setLevel(max(level, least))
