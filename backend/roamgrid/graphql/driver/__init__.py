"""The schema that brand apps for drivers are built on."""
