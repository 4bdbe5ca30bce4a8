"""How every counterparty of the sandbox talks: versions, envelopes, pages, tokens, pushes, and habits that partners have.

Written apart from the platform's own protocol room on purpose: the two check each other.
"""
