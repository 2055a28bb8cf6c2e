"""The entrance of the command line: `powerup`, or `python -m powerup`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it as quietly as later on."""
    try:
        from powerup.cli import main as command_line
    except KeyboardInterrupt:
        sys.exit(130)
    command_line(prog_name="powerup")


if __name__ == "__main__":
    main()
