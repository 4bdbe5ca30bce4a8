"""Tariffs with every version they ever had."""
