"""The board page: what a person sees of the sandbox; every change it makes goes through the REST handlers."""
