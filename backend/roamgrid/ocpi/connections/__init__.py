"""Partners we speak OCPI with: how they are known, what they told us, how well they keep to the specification."""
