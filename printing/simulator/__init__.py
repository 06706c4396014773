"""A printer that is not there: parses, prints, answers and fails as real ones do."""

from printing.simulator.paper import SimulatedPaper
from printing.simulator.simulator import Simulator

__all__ = ["SimulatedPaper", "Simulator"]
