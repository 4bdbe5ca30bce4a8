"""Events: written with the change they tell of, relayed in order, handled once (D5, ADR-0005)."""
