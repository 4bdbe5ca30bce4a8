"""Version-free, partner-free values that every room above shares.

Nothing here knows a protocol version or a partner; a field that exists for one partner belongs in a dialect.
All values are immutable; times are aware UTC; amounts are `Decimal`.
"""
