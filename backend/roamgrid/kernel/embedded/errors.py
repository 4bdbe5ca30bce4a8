"""What can go wrong with the embedded servers, and what to do about it."""

from pathlib import Path

from roamgrid.kernel.errors import Conflict, Unavailable


class AlreadyRunning(Conflict):
    """Another living process owns the data folder. `pid` is that process, `data_dir` the folder."""

    code = "ALREADY_RUNNING"
    hint = "Use the instance that runs, stop it, or choose another data folder."

    def __init__(self, pid: int, data_dir: Path) -> None:
        super().__init__(
            f"Roamgrid already runs on {data_dir} (process {pid}). "
            f"Use that instance, stop it with `kill {pid}`, or choose another folder with ROAMGRID_DATA_DIR."
        )
        self.pid = pid
        self.data_dir = data_dir


class ServiceFailed(Unavailable):
    """An embedded server could not be started or stopped; the message ends with the server's last words."""

    code = "SERVICE_FAILED"
    hint = "Read the log named in the message, or use your own servers with DATABASE_URL and REDIS_URL."
