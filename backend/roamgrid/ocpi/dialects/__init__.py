"""What single partners do differently: one TOML file each, `default.toml` says what the specification wants."""
