"""Versions and credentials in both directions (OCPI Versions and Credentials modules).

Tokens have one name each here: `our_token` opens our API and is known to the partner, `their_token` opens the partner's.
"""
