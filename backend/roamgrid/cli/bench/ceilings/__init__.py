"""The ceilings: the least that could do the same to the same database, with nothing of ours in between."""
