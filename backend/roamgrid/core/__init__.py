"""Layer 1, the contract: what products and settlement call. Knows canonical values only (no version, no partner)."""
