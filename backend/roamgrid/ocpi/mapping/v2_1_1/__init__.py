"""OCPI 2.1.1 to canonical values and back, one file an object. Pure; what was odd is added to the deviations found.

What this version cannot say is added to the losses, under the name that 2.2.1 gives it.
"""
