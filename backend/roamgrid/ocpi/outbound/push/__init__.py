"""What partners are told: a bounded queue a partner, drained side by side, the newest state of an object only."""
