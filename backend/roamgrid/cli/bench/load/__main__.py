"""The generator's process: jobs come in on standard input, outcomes go out on standard output."""

import asyncio
import gc
import sys

from roamgrid.cli.bench.load.jobs import Job, Outcome, packed, read
from roamgrid.cli.bench.load.loop import new_loop
from roamgrid.cli.bench.load.run import play


def main() -> None:
    """Play jobs until standard input ends."""
    # Nothing here makes cycles: collections would only pause the clock's owner.
    gc.disable()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        while (job := read(sys.stdin.buffer, Job)) is not None:
            sys.stdout.buffer.write(packed(runner.run(_outcome(job))))
            sys.stdout.buffer.flush()


async def _outcome(job: Job) -> Outcome:
    """A job that cannot be played is an outcome too: the next one may be about another server."""
    try:
        return await play(job)
    except (OSError, TimeoutError) as error:
        reason = f"{type(error).__name__} {error}"
        return Outcome(completed=0, errors=1, seconds=job.seconds, p50_ms=0, p99_ms=0, first_error=reason)


if __name__ == "__main__":
    main()
