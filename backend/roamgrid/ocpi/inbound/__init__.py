"""What partners call: OCPI over HTTP, per tenant and version.

`surface` is the ASGI application, `module` the recipe of one OCPI module; each module is one file (or one package) beside them.
"""
