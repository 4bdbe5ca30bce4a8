"""What partners call: OCPI 2.2.1 over HTTP, per tenant.

`surface` is the ASGI application, `module` the recipe of one OCPI module; each module is one file (or one package) beside them.
"""
