"""What an uploaded file may be called. The name is only ever shown and offered on download."""

import unicodedata

LONGEST_NAME = 150
# Characters that file systems or shells give a meaning to.
_SPECIAL = set('<>:"|?*\\/')


def clean_name(given: str) -> str:
    """`given` without folders, control and direction characters, cut to a sensible length.

    The extension survives the cut. An empty answer means that nothing usable was left.
    """
    last = unicodedata.normalize("NFC", given.replace("\\", "/")).rsplit("/", 1)[-1]
    kept = "".join(
        "_" if letter in _SPECIAL else letter
        for letter in last
        if unicodedata.category(letter)[0] != "C"
    )
    stem, dot, suffix = " ".join(kept.split()).strip(". ").rpartition(".")
    if not dot:
        return suffix[:LONGEST_NAME]
    return f"{stem.strip()[: LONGEST_NAME - len(suffix) - 1]}.{suffix}" if stem.strip() else suffix


def extension(name: str) -> str:
    """The last extension in lower case, without its dot; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
