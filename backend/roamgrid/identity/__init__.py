"""Who is calling: drivers who sign in by e-mail, and the access tokens they then carry."""
