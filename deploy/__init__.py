"""What runs Inkling on one machine without accounts; kept out of the wheel, so production cannot import it."""
