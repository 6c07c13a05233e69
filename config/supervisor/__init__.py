"""Runs the registry's processes on one machine: starts them, starts them again, stops them."""

from config.supervisor.program import Program
from config.supervisor.supervisor import Supervisor

__all__ = ["Program", "Supervisor"]
