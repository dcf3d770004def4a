"""Identity of people: sign-in with a provider or as a persona, and sign-out in one browser or in all."""
