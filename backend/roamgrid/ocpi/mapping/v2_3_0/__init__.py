"""OCPI 2.3.0 to canonical values and back. What is as in 2.2.1 is that version's mapping; here stands the difference."""
