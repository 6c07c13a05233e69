"""`manage.py simulate`: the demonstration's endpoints, real TLS servers on loopback."""

import asyncio
import os
import signal
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections

from registry.probes.selectors.control import demonstration_tokens
from registry.probes.simulation.authority import Authority
from registry.probes.simulation.behaviours import SERVERS, Behaviour
from registry.probes.simulation.control import AlreadyRunning, Control, NotRunning
from registry.probes.simulation.server import HOST, SimulatedServer

DEFAULT_PORT = 9440
_POLL_SECONDS = 0.1
_TOKENS_SECONDS = 2.0


class Command(BaseCommand):
    """Runs until it is told to stop; `--switch` changes a running one."""

    help = (
        "Run simulated endpoints on loopback, one port each: "
        + ", ".join(server.value for server in SERVERS)
        + "."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--base-port",
            type=int,
            default=int(os.environ.get("SIMULATE_PORT", DEFAULT_PORT)),
            help=f"the first of {len(SERVERS)} consecutive ports (SIMULATE_PORT, {DEFAULT_PORT})",
        )
        parser.add_argument(
            "--switch",
            nargs=2,
            metavar=("NAME", "BEHAVIOUR"),
            help="make a running server behave otherwise: "
            + ", ".join(behaviour.value for behaviour in Behaviour),
        )
        parser.add_argument(
            "--prepare", action="store_true", help="make the certificates, and stop"
        )

    def handle(self, *args, **options) -> None:
        folder = Path(settings.STATE_DIR) / "simulate"
        if options["switch"]:
            self._switch(folder, *options["switch"])
            return
        _refuse_bad_port(options["base_port"])
        authority = Authority(folder).ensure()
        self.stdout.write(f"Certificates are signed by {authority.ca_file}")
        if options["prepare"]:
            return
        try:
            asyncio.run(self._serve(folder, options["base_port"]))
        except AlreadyRunning as error:
            raise CommandError(f"A simulation is running already in {folder}.") from error
        except OSError as error:
            raise CommandError(
                f"A port from {options['base_port']} on cannot be taken ({error.strerror}). "
                "Choose others with --base-port."
            ) from error

    def _switch(self, folder: Path, name: str, behaviour: str) -> None:
        if name not in {server.value for server in SERVERS}:
            raise CommandError(f"No server is called “{name}”.")
        if behaviour not in {each.value for each in Behaviour}:
            raise CommandError(f"There is no behaviour “{behaviour}”.")
        try:
            Control(folder).switch(name, Behaviour(behaviour))
        except NotRunning as error:
            raise CommandError(f"Nothing was switched: {error}.") from error
        self.stdout.write(f"{name} now behaves as {behaviour}.")

    async def _serve(self, folder: Path, base_port: int) -> None:
        control = Control(folder)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        tokens = Tokens()
        servers = [
            SimulatedServer(
                folder,
                base_port + index,
                lambda name=name: control.behaviour_of(name),
                lambda: tokens.now,
            )
            for index, name in enumerate(SERVERS)
        ]
        with control.running():
            try:
                for name, server in zip(SERVERS, servers, strict=True):
                    await server.start()
                    self.stdout.write(f"{name.value:<13} https://{HOST}:{server.port}/…")
                control.confirm()
                self.stdout.flush()
                publishing = asyncio.create_task(tokens.follow())
                await _obey(control, servers, stop)
                publishing.cancel()
            finally:
                for server in servers:
                    await server.stop()


class Tokens:
    """What proves the demonstration's hosts, read from the register again and again."""

    def __init__(self) -> None:
        self.now: tuple[str, ...] = ()

    async def follow(self) -> None:
        """Until cancelled. In one thread of its own, since Django's database waits."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as thread:
            while True:
                self.now = await loop.run_in_executor(thread, self._read)
                await asyncio.sleep(_TOKENS_SECONDS)

    def _read(self) -> tuple[str, ...]:
        close_old_connections()
        try:
            return demonstration_tokens()
        except Error:
            # A register that is not there, or not yet migrated: the servers run all the same.
            return self.now


def _refuse_bad_port(base_port: int) -> None:
    highest = 65536 - len(SERVERS)
    if not 0 < base_port <= highest:
        raise CommandError(f"The first port must be from 1 to {highest}, not {base_port}.")


async def _obey(control: Control, servers: list[SimulatedServer], stop: asyncio.Event) -> None:
    """Until `stop`: look for wishes, and say when they are obeyed."""
    before: list[Behaviour] = []
    while not stop.is_set():
        wishes = [control.behaviour_of(name) for name in SERVERS]
        if wishes != before:
            for server in servers:
                await server.settle()
            control.confirm()
            before = wishes
        try:
            await asyncio.wait_for(stop.wait(), _POLL_SECONDS)
        except TimeoutError:
            continue
