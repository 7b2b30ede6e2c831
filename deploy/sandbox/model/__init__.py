"""The embedded model and a scripted stand-in for a hosted one; both speak OpenAI's HTTP API, neither is imported."""
