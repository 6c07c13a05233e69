"""What goes wrong on the way, as exceptions that carry their own words."""

from registry.probes.rules.observation import Trouble


class RequestTrouble(Exception):
    """A request that brought no whole answer. `trouble` says of which kind."""

    def __init__(self, trouble: Trouble, detail: str):
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail
