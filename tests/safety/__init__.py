"""What may not reach a model, a card or a reader: masking, what leaves, and orders hidden in outside text."""
