"""Where the embedded servers keep data and sockets, and who may own those folders."""

import hashlib
import os
import pwd
import re
import shutil
import stat
import tempfile
from pathlib import Path

from config.embedded.errors import EmbeddedServerError

PROJECT = Path(__file__).resolve().parents[2]
NAME = "compliance-registry"
SHARED_TMP = Path("/var/tmp")
# sun_path holds 108 bytes with its closing NUL on Linux; the longest name below a socket folder
# is PostgreSQL's ".s.PGSQL.5432.lock" beside its socket.
SOCKET_FOLDER_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
# Only characters that need no quoting in a URL, in kombu's URL reader or in a PostgreSQL option.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


def running_as_root() -> bool:
    """PostgreSQL refuses to run as root, so everything below asks this first."""
    return os.geteuid() == 0


def server_account() -> pwd.struct_passwd | None:
    """The account PostgreSQL is run as when we are root; None when it runs as ourselves."""
    if not running_as_root():
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedServerError(
            "PostgreSQL refuses to run as root and this machine has no account 'nobody'. "
            "Run as an ordinary user, or set DATABASE_URL."
        ) from None


def short_name(path: Path) -> str:
    """A name of fixed length for a folder in a shared place, the same for the same path."""
    return f"{NAME}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"


def state_folder() -> Path:
    """STATE_DIR, or .state in the project; for root a folder in /var/tmp named after that."""
    chosen = os.environ.get("STATE_DIR", "").strip()
    if chosen:
        return Path(os.path.abspath(os.path.expanduser(chosen)))
    if running_as_root():
        return SHARED_TMP / short_name(PROJECT)
    return PROJECT / ".state"


def own_folder(path: Path, mode: int) -> Path:
    """Make `path`, or accept it if it is a real folder of ours that nobody else can write to.

    Raises EmbeddedServerError for a symbolic link, a file, or a folder of another account: in a
    place open to all, somebody else may have put it there first.
    """
    _make_parents(path)
    try:
        path.mkdir(mode=mode)
        path.chmod(mode)  # mkdir's mode is cut by the umask
    except FileExistsError:
        _refuse_foreign(path)
    except OSError as error:
        raise EmbeddedServerError(f"Cannot make the folder {path}: {error.strerror}.") from error
    return path


def _make_parents(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedServerError(
            f"Cannot make the folder {path.parent}: {error.strerror}. Set STATE_DIR elsewhere."
        ) from error


def _refuse_foreign(path: Path) -> None:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise EmbeddedServerError(f"{path} is a symbolic link. Set STATE_DIR to a real folder.")
    if not stat.S_ISDIR(found.st_mode):
        raise EmbeddedServerError(f"{path} is not a folder. Set STATE_DIR to another place.")
    if found.st_uid != os.geteuid():
        raise EmbeddedServerError(
            f"{path} belongs to account {_account_name(found.st_uid)}, not to "
            f"{_account_name(os.geteuid())}. Set STATE_DIR to a folder of your own."
        )
    if found.st_mode & 0o022:
        raise EmbeddedServerError(
            f"{path} can be written to by others. Run `chmod go-w {path}`, or set STATE_DIR."
        )


def _account_name(uid: int) -> str:
    try:
        return f"'{pwd.getpwuid(uid).pw_name}'"
    except KeyError:
        return str(uid)


def handed_folder(path: Path, account: pwd.struct_passwd | None) -> Path:
    """A 0700 folder below one of ours, handed to the account the server runs as."""
    if not path.is_dir():
        path.mkdir(mode=0o700)
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    path.chmod(0o700)
    return path


def open_to_others(path: Path) -> bool:
    """Whether an account that owns nothing may pass through every folder that leads into `path`."""
    steps = [path, *path.parents]
    return all(step.stat().st_mode & stat.S_IXOTH for step in steps if step.exists())


def server_folder(state: Path, kind: str) -> Path:
    """The folder of one server: below `state`, made safe.

    As root, where the way to `state` is closed to the account PostgreSQL runs as, its folder is
    in /var/tmp instead, under a name made from `state`; no folder's mode is changed for it.
    """
    if running_as_root() and kind == "postgres":
        own_folder(state, 0o711)
        if not open_to_others(state):
            state = own_folder(SHARED_TMP / short_name(state), 0o711)
        return own_folder(state / kind, 0o711)
    own_folder(state, 0o711 if running_as_root() else 0o700)
    return own_folder(state / kind, 0o700)


def socket_folder(folder: Path) -> Path:
    """Where the server of `folder` puts its socket: below it, or somewhere short."""
    below = folder / "run"
    if len(os.fsencode(below)) <= SOCKET_FOLDER_LIMIT and PLAIN_PATH.fullmatch(str(below)):
        return below
    owner = f"{short_name(folder)}-{os.geteuid()}"
    place = SHARED_TMP if running_as_root() else Path("/tmp")  # noqa: S108 - checked by own_folder
    return own_folder(place / owner, 0o711 if running_as_root() else 0o700) / "run"


def remove_socket_folder(folder: Path) -> None:
    """What socket_folder gave for `folder`, and the short place it may have been in."""
    run = socket_folder(folder)
    shutil.rmtree(run, ignore_errors=True)
    if run.parent != folder:
        run.parent.rmdir()


def throw_away_folder() -> Path:
    """A new folder for one test run; the keepers remove it when the run is over."""
    shared = SHARED_TMP if running_as_root() else None
    folder = Path(tempfile.mkdtemp(prefix=f"{NAME}-tests-", dir=shared))
    if running_as_root():
        folder.chmod(0o711)
    return folder
