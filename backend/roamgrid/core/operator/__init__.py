"""A tenant that operates stations: what it publishes of its own network, and to whom.

Its own objects are those whose owner is one of its parties. They come from the tenant's charging back end over a connection
like any other, and stay in the stores of the other rooms.
"""
