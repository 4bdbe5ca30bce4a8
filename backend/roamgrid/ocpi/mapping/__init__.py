"""Wire objects to canonical values and back, one package a version."""
