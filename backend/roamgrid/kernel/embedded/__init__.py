"""PostgreSQL 18 and Redis on this machine, from Python wheels, started and stopped by us (design decision D1).

    with EmbeddedServices(data_dir) as urls:
        ...  # urls.database_url, urls.redis_url

Everything lives in one folder and survives restarts:

    data_dir/owner.lock      held (flock) by the process that owns the servers
    data_dir/services.json   ports and password, mode 0600
    data_dir/postgres        the database cluster
    data_dir/redis           the append-only file
    data_dir/*.log           what the servers say; the previous run in *.log.1

We drive the wheels' binaries ourselves. The wheels' own Python interfaces keep process-wide state, choose
settings for us, make system users and open up folder permissions above the data folder when root runs them,
and delete Redis data at exit; none of that suits data that must survive.

Both servers listen on 127.0.0.1 only and ask for a password, because other users of the machine reach
loopback too. No unix sockets: their paths are limited to about 100 bytes, and files left by a crash get in the way.
"""

from roamgrid.kernel.embedded.discovery import find_running
from roamgrid.kernel.embedded.errors import AlreadyRunning, ServiceFailed
from roamgrid.kernel.embedded.services import EmbeddedServices
from roamgrid.kernel.embedded.urls import ServiceUrls

__all__ = ["AlreadyRunning", "EmbeddedServices", "ServiceFailed", "ServiceUrls", "find_running"]
