"""Block Kit as data: what Slack accepts in messages and views, and the exact words with which it refuses the rest."""
