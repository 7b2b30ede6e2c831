"""What is masked before text leaves, and what is left alone because it is needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.llm import Masker

SECRETS = [
    "sk-proj-Abc123def456Ghi789jkl012",
    "sk_live_51Habcdefghijklmnop",
    "xox" + "b-1234567890-abcdefghij",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "acme_live_FAKE000000EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_ghi",
    "https://hooks.slack.com/services/T0/B0/abcdef",
    "Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZkdISktM",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_by_their_look(secret: str) -> None:
    """Keys of well-known make are replaced wherever they stand."""
    assert Masker().mask(f"I used {secret} there.") == "I used [secret 1] there."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("password: Winter2026!", "password: [secret 1]"),
        ("The password is hunter22", "The password is [secret 1]"),
        ("api_key=abcdEFG123 was used", "api_key=[secret 1] was used"),
        ("Authorization: Bearer abcdef0123456789abc", "Authorization: Bearer [secret 1]"),
        ("login admin@example.org / Winter-2026! works", "login [email 1] / [secret 1] works"),
        ("postgres://app:s3cret@db/x", "postgres://[secret 1]@db/x"),
        ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY----- ok", "[secret 1] ok"),
        ("write to Ann.B+x@mail.example.co.uk", "write to [email 1]"),
        ("call +44 20 7946 0000 or (555) 123-4567", "call [phone number 1] or [phone number 2]"),
        ("card 4111 1111 1111 1111 was charged", "card [card number 1] was charged"),
    ],
)
def test_secrets_and_people_by_their_place(text: str, masked: str) -> None:
    """Passwords after their name, logins, addresses, phones and cards are replaced."""
    assert Masker().mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "RQ-88120 and RQ-88121, 4 seconds apart, 10:00-11:00 on 2026-11-04",
        "from 04/11/2026 10:00 to 05.11.2026, 1,240 rows, version 5.12.0",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b, id 123e4567-e89b-12d3-a456-426614174000",
        "order 4111111111111112 has no valid checksum",
        "GET /v2/bookings?limit=50 at 192.168.10.20:8080",
        "the password is wrong, the token is expired, the secret was deleted",
        "@channel please, docs/some-very-long-file-name-with-many-words.md",
    ],
)
def test_what_a_developer_needs_stays(text: str) -> None:
    """Numbers, dates, versions, commits and plain sentences about passwords are not masked."""
    assert Masker().mask(text) == text


def test_the_same_value_gets_the_same_name() -> None:
    """Placeholders are stable within a run and count per kind."""
    masker = Masker()
    assert masker.mask("a@x.io b@x.io") == "[email 1] [email 2]"
    assert masker.mask("A@x.io again, pin: 12345") == "[email 1] again, pin: [secret 1]"
    assert masker.found == ["secret", "email"]


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing(text: str) -> None:
    """Masked text passes through untouched, so it may be masked at every door."""
    masker = Masker()
    once = masker.mask(text)
    assert masker.mask(once) == once


@given(st.text(max_size=60), st.sampled_from(SECRETS), st.text(max_size=60))
def test_no_secret_survives_between_words(before: str, secret: str, after: str) -> None:
    """Whatever stands around it, a secret that stands alone is not in the masked text."""
    assert secret not in Masker().mask(f"{before} {secret} {after}")
