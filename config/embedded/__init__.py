"""PostgreSQL and Valkey from the wheels, on unix sockets, for whoever has no servers of their own.

Nothing here imports Django: the addresses must stand in the environment before the settings do.
One *keeper* process (keeper.py) owns one server. Whoever needs the server holds a shared lock
(leases.py); when the last holder is gone, however it went, the keeper stops the server and ends.
"""

from config.embedded.errors import EmbeddedServerError
from config.embedded.servers import Servers, ensure_servers

__all__ = ["EmbeddedServerError", "Servers", "ensure_servers"]
