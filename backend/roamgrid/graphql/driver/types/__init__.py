"""What a driver can see."""
