"""The ceilings' process: `static PORT` or `bare PORT SCHEMA TENANT` (the database in DATABASE_URL)."""

import asyncio
import gc
import os
import sys

import uvicorn

from roamgrid.cli.bench.ceilings import bare, static
from roamgrid.cli.bench.load.loop import new_loop


def main(arguments: list[str]) -> None:
    """Serve until terminated."""
    # The ceiling must not pay for looking through what it imported on the way here.
    gc.freeze()
    match arguments:
        case ["static", port]:
            with asyncio.Runner(loop_factory=new_loop) as runner:
                runner.run(static.respond(int(port)))
        case ["bare", port, schema, tenant]:
            app = bare.create_app(os.environ["DATABASE_URL"], schema, tenant)
            uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_level="warning")
        case _:
            raise SystemExit(f"unknown ceiling: {arguments}")


if __name__ == "__main__":
    main(sys.argv[1:])
