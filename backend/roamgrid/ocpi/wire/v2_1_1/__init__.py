"""OCPI 2.1.1 as data: every object of both roles, field by field. What 2.2.1 left unchanged is declared there.

No object says whose it is: the address does. Ids and texts are strings that compare with case. Fields are ordered as a
constructor needs them: first what is required, then what may be absent.
"""
