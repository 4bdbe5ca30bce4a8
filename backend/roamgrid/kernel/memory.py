"""How a process of ours collects garbage."""

import gc

_YOUNG = 50_000
"""Container objects between two young collections; Python's default is 700 (2,000 from 3.13).

Our values have no cycles: reference counts free them. With the default, reading a national feed spent a third of its time
looking for cycles among values that have none (measured with `roamgrid bench --only feed`).
"""


def settle() -> None:
    """Call once when everything is imported: what lives by then lives as long as the process and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)
