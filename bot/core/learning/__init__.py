"""What reviews teach: house rules and their life, how much people changed, and pairs of draft and approved text."""
