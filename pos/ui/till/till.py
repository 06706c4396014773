"""What is typed and taken at the till, as values: methods, figures, notes; no painting and no store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pos.domain import money
from pos.domain.payment import CASH, Amount

#: The longest figure that can be typed, in digits before the point.
DIGITS = 7

#: By currency: what the plus keys add, and the notes that an amount is rounded up to (major units).
PLUS = {"CNY": (10, 50, 100), "KRW": (1000, 10000, 50000)}
NOTES = {"CNY": (10, 50, 100), "KRW": (10000, 50000)}
_USUAL = (10, 50, 100)


@dataclass(frozen=True, slots=True)
class Till:
    """Figures typed by method, each in major units as text. `fresh`: the next digit begins a new figure."""

    currency: str
    due: int
    figures: tuple[tuple[str, str], ...] = ()
    method: str = CASH
    fresh: bool = True

    @property
    def figure(self) -> str:
        """What is typed for the chosen method."""
        return dict(self.figures).get(self.method, "")

    @property
    def given(self) -> tuple[Amount, ...]:
        """What the guest gives, in minor units; figures of nothing are left out."""
        parts = (Amount(method, self._minor(figure)) for method, figure in self.figures)
        return tuple(part for part in parts if part.amount)

    @property
    def rest(self) -> int:
        """What the other methods leave to be paid with the chosen one, in minor units."""
        return max(0, self.due - sum(part.amount for part in self.given if part.method != self.method))

    @property
    def lacking(self) -> int:
        """What is still to pay after all that is given, in minor units; 0 where it is enough."""
        return max(0, self.due - sum(part.amount for part in self.given))

    def press(self, key: str) -> Till | None:
        """Type a digit, `00`, `.` or `back`; None where that cannot be: it must ring, and changes nothing."""
        figure = "" if self.fresh and key != "back" else self.figure
        if key == "back":
            return self._typed(self.figure[:-1])
        if key == "." and ("." in figure or not money.decimals(self.currency)):
            return None
        figure = (figure or "0") + key if key == "." else (figure + key).lstrip("0") or "0"
        figure = f"0{figure}" if figure.startswith(".") else figure
        whole, _, part = figure.partition(".")
        if len(whole) > DIGITS or len(part) > money.decimals(self.currency):
            return None
        return self._typed(figure)

    def choose(self, method: str) -> Till:
        """Turn to a method; a cashless one begins with all that is still to pay."""
        turned = replace(self, method=method, fresh=True)
        if method == CASH or turned.figure:
            return turned
        return turned.fill(turned.rest)

    def fill(self, amount: int) -> Till:
        """Give an amount (minor units) with the chosen method; the next digit begins anew."""
        text = money.plain(amount, self.currency) if amount else ""
        return replace(self._typed(text), fresh=True)

    def add(self, major: int) -> Till | None:
        """Give so many major units more; None where the figure gets too long."""
        amount = self._minor(self.figure) + self.minor(major)
        return self.fill(amount) if amount < self.minor(10**DIGITS) else None

    def drop(self, method: str) -> Till:
        """Give nothing with a method."""
        return replace(self, figures=tuple(each for each in self.figures if each[0] != method), fresh=True)

    def minor(self, major: int) -> int:
        """Return whole major units as minor units."""
        return money.parse(str(major), self.currency)

    def plus(self) -> tuple[int, ...]:
        """Return what the plus keys add, in major units."""
        return PLUS.get(self.currency, _USUAL)

    def next_notes(self) -> list[int]:
        """Return the two amounts (minor units) that a guest with notes gives next for the rest."""
        notes = [self.minor(note) for note in NOTES.get(self.currency, _USUAL)]
        up = {-(-self.rest // note) * note for note in notes}
        return sorted(amount for amount in up if amount > self.rest)[:2]

    def _typed(self, figure: str) -> Till:
        others = dict(self.figures)
        others[self.method] = figure
        return replace(self, figures=tuple((m, f) for m, f in others.items() if f), fresh=False)

    def _minor(self, figure: str) -> int:
        return money.parse(figure.rstrip("."), self.currency) if figure else 0


def over(orders: Sequence[tuple[int | None, bool]]) -> int:
    """Return what is to be taken here: totals of orders, without those whose money their channel has."""
    return sum(total or 0 for total, online in orders if not online)
