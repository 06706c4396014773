"""The live preview beside a printer's form: the shop's own menu as that printer would print it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import column, framed, label, row, scrolled
from pos.ui.printers.sample import Sample
from pos.words import Words

#: The paper's edge beside what is printed, as a part of its width.
_EDGE = 0.07


class PaperView(QWidget):
    """White paper with a sample on it; what comes as a picture lies on a tint and has a bar beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._picture = QPixmap()
        self.drawn: tuple[tuple[int, int], ...] = ()

    def show_sample(self, found: Sample) -> None:
        """Show a sample in place of the last one."""
        self._picture.loadFromData(found.png)
        self.drawn = found.drawn
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the paper's size at the width it has."""
        return QSize(self._theme.mm(60), self._high())

    def resizeEvent(self, _event: object) -> None:
        """Keep the paper's proportions."""
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the paper, the tint, and what is printed."""
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if self._picture.isNull():
            return
        edge, scale = self._edge(), self._scale()
        printed = QRect(edge, edge, self.width() - 2 * edge, round(self._picture.height() * scale))
        painter.drawPixmap(printed, self._picture)
        ground = QColor(theme.color("new"))
        for top, high in self.drawn:
            band = QRect(0, edge + round(top * scale), self.width(), round(high * scale))
            ground.setAlphaF(0.13)
            painter.fillRect(band, ground)
            ground.setAlphaF(1.0)
            painter.fillRect(QRect(0, band.top(), theme.mm(1), band.height()), ground)

    def _edge(self) -> int:
        return round(self.width() * _EDGE)

    def _scale(self) -> float:
        return (self.width() - 2 * self._edge()) / max(1, self._picture.width())

    def _high(self) -> int:
        return round(self._picture.height() * self._scale()) + 2 * self._edge()

    def _fit(self) -> None:
        self.setFixedHeight(max(self._high(), self._theme.mm(30)))
        self.update()


class Sampling(QWidget):
    """The paper, and under it in words what is drawn and how long the ticket is."""

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = words
        self.paper = PaperView(theme)
        self._caption = label("", "small", wrap=True)
        self._measure = label("", "small")
        gap, edge = theme.mm(3), theme.mm(4)
        on_grey = framed("paper", column(scrolled(column(self.paper, None, margins=(gap, gap, gap, gap)))))
        self._swatch = framed("swatch", column())
        self._swatch.setFixedSize(theme.mm(4), theme.mm(4))
        legend = row(self._swatch, self._caption, gap=theme.mm(2))
        legend.setStretch(1, 1)
        title = label(words.say("settings.sample"), "strong")
        whole = column(title, on_grey, legend, self._measure, gap=gap, margins=(edge, gap, edge, gap))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def show_sample(self, found: Sample) -> None:
        """Show a sample, and say of it what matters."""
        self.paper.show_sample(found)
        self._swatch.setVisible(bool(found.drawn))
        self._caption.setText(
            self._words.say("settings.sample_drawn" if found.drawn else "settings.sample_fonts")
        )
        size = f"{found.size / 1000:.1f}"
        self._measure.setText(self._words.say("settings.sample_size", mm=found.millimetres, kb=size))

    def complain(self, why: str) -> None:
        """Say why there is nothing to show."""
        self._swatch.hide()
        self._caption.setText(why)
