"""The learning curve: how much people changed in each approved ticket, as points of a drawing and rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.learning.distance import running_median
from bot.core.learning.reviewed import Reviewed

WINDOW = 5
# The drawing stretches to the page; dots and lines keep their width (non-scaling strokes).
WIDTH, HEIGHT, EDGE = 1000, 200, 12


@dataclass(frozen=True)
class Point:
    """One approved ticket: the share of words that people changed, and the running median."""

    ticket_id: int
    title: str
    at: datetime
    changed: float
    median: float
    x: float
    y: float
    median_y: float


@dataclass(frozen=True)
class Curve:
    """The points in order of approval, and where a rule was accepted."""

    points: list[Point]
    rules: list[float]

    @property
    def line(self) -> str:
        """The median as the points of an SVG polyline."""
        return " ".join(f"{point.x:.1f},{point.median_y:.1f}" for point in self.points)

    @property
    def first(self) -> float:
        """The median of the first tickets."""
        return self.points[min(len(self.points), WINDOW) - 1].median

    @property
    def last(self) -> float:
        """The median of the last tickets."""
        return self.points[-1].median


def curve(approved: Sequence[Reviewed], accepted: Sequence[datetime]) -> Curve:
    """The curve of these tickets, oldest first; `accepted` is when rules were accepted."""
    shares = [pair.changed for pair in approved]
    medians = running_median(shares, WINDOW)
    step = WIDTH / max(len(shares), 1)
    points = [
        Point(
            ticket_id=pair.ticket_id,
            title=pair.after.title,
            at=pair.at,
            changed=share,
            median=middle,
            x=round((number + 0.5) * step, 1),
            y=_height(share),
            median_y=_height(middle),
        )
        for number, (pair, share, middle) in enumerate(zip(approved, shares, medians, strict=True))
    ]
    before = [sum(point.at < at for point in points) for at in accepted]
    return Curve(points, sorted({round(count * step, 1) for count in before if count}))


def _height(share: float) -> float:
    return round(EDGE + (1 - share) * (HEIGHT - 2 * EDGE), 1)
