"""The servers there are, by name."""

from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey

Server = Postgres | Valkey
KINDS: dict[str, type[Postgres] | type[Valkey]] = {"postgres": Postgres, "valkey": Valkey}
# A file in a server's folder that its keeper keeps there while the server can be used.
READY = "ready"
