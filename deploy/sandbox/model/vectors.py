"""Deterministic embeddings by hashing words and their parts: texts that share words lie near each other; pure."""

import base64
import math
import re
from array import array
from hashlib import blake2b

DIMENSIONS = 1536


def vector(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A vector of length 1 with `dimensions` numbers; the same text gives the same vector on every machine."""
    numbers = [0.0] * dimensions
    for token, weight in _tokens(text):
        digest = int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "big")
        numbers[digest % dimensions] += weight if digest >> 63 else -weight
    length = math.sqrt(sum(number * number for number in numbers))
    if length == 0.0:
        return [1.0] + [0.0] * (dimensions - 1)
    return [number / length for number in numbers]


def packed(numbers: list[float]) -> str:
    """The form of `encoding_format: base64`, little-endian 32-bit floats, which OpenAI's own client asks for."""
    return base64.b64encode(array("f", numbers).tobytes()).decode()


def _tokens(text: str) -> list[tuple[str, float]]:
    words = re.findall(r"\w+", text.lower())
    # Parts of words bring "booking" and "bookings" together.
    parts = [f"#{word[i : i + 4]}" for word in words for i in range(len(word) - 3)]
    return [(word, 1.0) for word in words] + [(part, 0.3) for part in parts]
