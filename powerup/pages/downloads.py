"""Files that people take along from a page."""

import re
from io import BytesIO

from flask import Response, send_file

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def download(content: bytes, name: str, kind: str) -> Response:
    """A file to be saved, under that name in any script; what no system takes in a name is left out. kind is xlsx, csv
    or json."""
    plain = " ".join(_NOT_IN_A_NAME.sub(" ", name).split()).strip(".")
    return send_file(BytesIO(content), _TYPES[kind], as_attachment=True, download_name=f"{plain or kind}.{kind}")
