"""OCPI 2.3.0 as data: core editions 1 and 2, Payments, Bookings 1.1 and Invoice Reconciliation.

An object stands here only where 2.3.0 says something else than 2.2.1; it then extends the older declaration and names what
differs. The two editions cannot be told apart on the wire, so the longer texts of edition 2 are allowed to both.
"""
