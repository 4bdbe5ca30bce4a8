"""OCPI 2.2.1 to canonical values and back, one file an object. Pure; what was odd is added to the deviations found."""
