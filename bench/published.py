"""
Published figures of exact int8 inference, to set beside ours.

Boards: MLPerf Tiny, closed division, github.com/mlcommons/tiny_results_v1.0 ... v1.3: median
latency in ms of the runs. Cycles are ms x clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Engine:
    """
    An engine on a board: latency in ms by network.
    """

    name: str
    round: str
    board: str
    megahertz: int
    milliseconds: Mapping[str, float]

    def cycles(self, network: str) -> int | None:
        """
        Of one inference; None for a network that was not submitted.
        """
        latency = self.milliseconds.get(network)
        return None if latency is None else round(latency * 1000 * self.megahertz)

    @property
    def title(self) -> str:
        """
        For people.
        """
        return f"{self.name} {self.round}, {self.board}"


def _latencies(
    resnet8: float, dscnn: float, mobilenet: float, autoencoder: float
) -> Mapping[str, float]:
    return {
        "resnet8": resnet8,
        "dscnn": dscnn,
        "mobilenet": mobilenet,
        "autoencoder": autoencoder,
    }


ENGINES: Sequence[Engine] = (
    Engine("Plumerai", "v1.1", "U575ZI-Q", 160, _latencies(104.29, 30.04, 59.49, 3.67)),
    Engine("ST X-CUBE-AI", "v1.3", "U575ZI-Q", 160, _latencies(109.49, 28.99, 59.27, 3.21)),
    Engine("Bosch", "v1.2", "U575ZI-Q", 160, _latencies(120.54, 38.58, 119.83, 3.09)),
    Engine("ST X-CUBE-AI", "v1.2", "L4R5ZI", 120, _latencies(165.13, 43.19, 88.93, 5.26)),
    Engine("Plumerai", "v1.1", "L4R5ZI", 120, _latencies(167.76, 47.78, 98.76, 4.05)),
    Engine("microTVM + CMSIS-NN", "v1.0", "L4R5ZI", 120, _latencies(389.56, 99.81, 301.2, 8.60)),
    Engine("microTVM + CMSIS-NN", "v1.0", "nRF5340", 128, _latencies(316.16, 76.09, 232.02, 6.27)),
)

_BOARDS = {"stm32u5": ("U575ZI-Q",), "stm32l4": ("L4R5ZI",), "ideal": ("U575ZI-Q", "L4R5ZI")}
"""The boards to compare a profile with."""

CMSIS_NN_COMMIT = "99f736a"
CMSIS_NN: Mapping[str, Mapping[str, int]] = {
    "lenet": {"ideal": 13_412_202, "stm32u5": 13_835_290, "stm32l4": 17_037_696},
    "alexnet": {"ideal": 37_921_680, "stm32u5": 39_973_684, "stm32l4": 49_139_470},
    "resnet8": {"ideal": 36_680_046, "stm32u5": 37_435_289, "stm32l4": 46_000_964},
    "dscnn": {"ideal": 9_517_537, "stm32u5": 9_540_948, "stm32l4": 12_568_486},
    "mobilenet": {"ideal": 30_552_294, "stm32u5": 30_628_706, "stm32l4": 40_672_941},
    "autoencoder": {"ideal": 718_516, "stm32u5": 787_030, "stm32l4": 1_056_094},
}
"""
Cycles of one inference by profile: CMSIS-NN at that commit, gcc 12.2 -Ofast -mcpu=cortex-m4, by an
implementation of the model of docs/simulator.md that shares no code with approx-sim.
"""


@dataclass(frozen=True)
class Best:
    """
    The fewest cycles published.
    """

    engine: str
    cycles: int


def best_published(network: str, profile: str) -> Best | None:
    """
    Of all engines on the board of a profile; None where nobody published anything.
    """
    found = [
        Best(engine.title, cycles)
        for engine in ENGINES
        if engine.board in _BOARDS.get(profile, ())
        if (cycles := engine.cycles(network)) is not None
    ]
    return min(found, key=lambda best: best.cycles, default=None)
