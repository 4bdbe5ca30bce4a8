"""Writing without loss: a value goes back into the verbatim document that it was read from (D17), or on to another version.

Pure. One rule (`lay`): what the value does not change keeps its spelling, what no mapping owns survives.
"""
