"""What a process keeps of its work from one page to the next."""

from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(dict[Key, Value]):
    """What was worked out, by everything that it was worked out from; never more than `most`.

    Emptied when it is full: what is asked for often is soon there again, and looking something
    up, which every page does some ten times, costs no more than in a dict.
    """

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def keep(self, key: Key, value: Value) -> Value:
        """`value`, kept for whoever asks for `key` next."""
        if len(self) >= self.most:
            self.clear()
        self[key] = value
        return value
