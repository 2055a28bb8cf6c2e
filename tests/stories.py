"""The stories of the pages in both languages through both doors: `python -m tests.stories`.

The check goes through each story in the frame of the host and alone, each in one language; this does the rest, too."""

import subprocess
import sys
from pathlib import Path

STORIES = Path(__file__).parent / "pages" / "browser" / "test_stories.py"

OTHERS = "tests.stories"
"""With this module as a plugin, whoever reads Dutch otherwise reads English, and the other way round."""


def main() -> int:
    """Go through all of them; gives 0 when each ended well."""
    once = [sys.executable, "-m", "pytest", "-n", "0", "--durations=0", str(STORIES), *sys.argv[1:]]
    return max(subprocess.run([*once, *others], check=False).returncode for others in ([], ["-p", OTHERS]))


if __name__ == "__main__":
    sys.exit(main())
