"""What every schema shares: errors as data, Relay ids, keyset pages, money, limits, the HTTP surface."""
