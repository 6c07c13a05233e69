#!/usr/bin/env python
"""Run a management command; without DATABASE_URL or REDIS_URL, on embedded servers."""

import os
import sys
from contextlib import nullcontext

from config.embedded import EmbeddedServerError, ensure_servers
from config.embedded.servers import local_unless_told, read_env_file
from config.endings import leave_broken_pipe, plain_words, unreadable_argument

# These neither read nor write facts, and work where no server can run. The settings want
# addresses all the same: these are never connected to.
WITHOUT_SERVERS = {"help", "version", "--help", "-h", "--version", "makemessages", "startapp"}
NO_SERVERS = {"DATABASE_URL": "postgres:///registry", "REDIS_URL": "redis:///0"}


def main() -> None:
    """Join or start the servers for as long as the command runs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    read_env_file()
    local_unless_told()
    arguments = sys.argv[1:]
    if problem := unreadable_argument(arguments):
        sys.exit(problem)
    idle = not arguments or WITHOUT_SERVERS & {arguments[0], *arguments[-1:]}
    if idle:
        os.environ.update({**NO_SERVERS, **os.environ})
    try:
        _run(arguments, idle)
    except EmbeddedServerError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        leave_broken_pipe()
    except Exception as error:
        words = "" if "--traceback" in arguments else plain_words(error)
        if not words:
            raise
        sys.exit(words)


def _run(arguments: list[str], idle: bool) -> None:
    """The command itself, with servers unless it is `idle`; `serve` says how they come up."""
    serving = arguments[:1] == ["serve"]
    say = (lambda line: print(f"  {line}", flush=True)) if serving else (lambda line: None)
    with nullcontext() if idle else ensure_servers(say=say) as servers:
        if arguments[0:1] == ["dbshell"]:
            os.environ |= servers.psql_environment()
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
