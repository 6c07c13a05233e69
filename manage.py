#!/usr/bin/env python
"""Run a management command; without DATABASE_URL or REDIS_URL, on embedded servers."""

import os
import sys
from contextlib import nullcontext

from config.embedded import EmbeddedServerError, ensure_servers
from config.embedded.servers import local_unless_told, read_env_file

# These neither read nor write facts, and must work where no server can run.
WITHOUT_SERVERS = {"help", "version", "--help", "-h", "--version", "makemessages", "startapp"}


def main() -> None:
    """Join or start the servers for as long as the command runs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    read_env_file()
    local_unless_told()
    arguments = sys.argv[1:]
    idle = not arguments or WITHOUT_SERVERS & {arguments[0], *arguments[-1:]}
    own = arguments[:1] == ["serve"]  # it says what it starts, and starts it itself
    try:
        with nullcontext() if idle or own else ensure_servers():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except EmbeddedServerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
