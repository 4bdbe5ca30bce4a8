"""What the project needs to build and check itself; nothing here is installed with the product."""
