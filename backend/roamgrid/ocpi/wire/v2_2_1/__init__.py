"""OCPI 2.2.1 as data: every object that this platform reads or writes, field by field.

Fields are ordered as a constructor needs them: first what is required, then what may be absent.
"""
