"""The entrance for WSGI servers: `gunicorn "powerup.wsgi:create()"`. Nothing is built when it is imported."""

import os

from flask import Flask

from powerup.app import build_parts, configure_logging, create_app
from powerup.settings import read_settings


def create() -> Flask:
    """The application for the settings of this process's environment. Raises SettingsError."""
    configure_logging()
    return create_app(build_parts(read_settings(os.environ)))
