"""Does a counterparty keep to the specification? Checks as data, run over real HTTP against whoever is at the other end."""
