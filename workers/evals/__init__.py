"""How good the tickets are: a dataset of reports played through the chain, scored by code, shown and compared."""

from workers.evals.dataset import Case, read
from workers.evals.play import Played, Player
from workers.evals.result import Result, losses, worse_and_better

__all__ = ["Case", "Played", "Player", "Result", "losses", "read", "worse_and_better"]
