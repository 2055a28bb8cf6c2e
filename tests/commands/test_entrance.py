"""The entrance of the command line, before anything of it is loaded."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from powerup.__main__ import main


class Interrupting:
    """Presses Ctrl-C while the commands are being loaded."""

    def find_spec(self, name: str, *_: Any) -> None:
        if name == "powerup.cli":
            raise KeyboardInterrupt


def test_ctrl_c_while_it_is_being_loaded_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "powerup.cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130


def test_the_package_runs_as_the_command_does() -> None:
    shown = subprocess.run([sys.executable, "-m", "powerup", "tenant"], capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert shown.stdout.startswith("Usage: powerup tenant ")


def test_what_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    directory = tmp_path / "made by us"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POWERUP_")}
    environ = kept | {"POWERUP_DATA_DIR": str(directory), "POWERUP_ENVIRONMENT": "sandbox"}
    backup = tmp_path / "backup.db"
    for command in (["db", "upgrade"], ["db", "backup", str(backup)]):
        subprocess.run([sys.executable, "-m", "powerup", *command], env=environ, check=True, capture_output=True)
    made = [directory, *directory.rglob("*"), backup]
    assert len(made) > 3
    assert [path for path in made if path.stat().st_mode & 0o077] == []
