"""The entrance of the command line: `powerup`, or `python -m powerup`."""

import os
import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it as quietly as later on."""
    os.umask(0o077)  # databases, backups and exports hold what customers entrusted: they are their owner's alone
    try:
        from powerup.cli import main as command_line
    except KeyboardInterrupt:
        sys.exit(130)
    command_line(prog_name="powerup")


if __name__ == "__main__":
    main()
