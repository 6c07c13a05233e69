"""A visit says how far it has come to whoever listens. Nobody does at ordinary visits."""

import logging

from registry.probes.rules.progress import StepState, Tell, Told

logger = logging.getLogger(__name__)


class Teller:
    """Tells of one step at a time. Whatever a listener does wrong is no matter of the visit."""

    def __init__(self, tell: Tell | None):
        self._tell = tell
        self._step = ""

    @property
    def listened(self) -> bool:
        """Whether anybody listens."""
        return self._tell is not None

    def begin(self, step: str) -> None:
        """A step begins; one that was under way is done."""
        if self._tell is None:
            return
        self.end()
        self._step = step
        self._say(Told(step, StepState.UNDER_WAY))

    def end(self, words: str = "", *, failed: bool = False) -> None:
        """The step that is under way, if one is, ends."""
        if self._tell is None or not self._step:
            return
        step, self._step = self._step, ""
        self._say(Told(step, StepState.FAILED if failed else StepState.DONE, words))

    def _say(self, told: Told) -> None:
        try:
            self._tell(told)
        except Exception:
            logger.exception("nobody could be told of the step %s", told.step)
            self._tell = None
