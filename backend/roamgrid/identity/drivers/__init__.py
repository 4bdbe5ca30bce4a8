"""Drivers and how they sign in: a six-digit code by e-mail, no password."""
