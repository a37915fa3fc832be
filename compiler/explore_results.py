"""
What an exploration leaves: plans, figures, a table, a picture.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.table import Table

from .errors import UserError
from .explore_front import Candidate, by_top1, cheapest, front
from .explore_plot import Series, picture
from .explore_problem import Problem
from .explore_space import entries
from .files import write_files
from .plan import LayerPlan, Plan, Shape
from .report_files import FRONT_VERSION

_FIGURES = ("cycles", "flash", "ram", "multiplications", "top1", "error", "divergence")


@dataclass(frozen=True)
class Results:
    """
    `shapes` are those of the weights of each layer. `tried` are all plans with their figures on the
    validation samples, the exact network's first; `judged` those that were judged on `confirm` more
    samples, if any were. `limits` are points of top-1.
    """

    name: str
    problem: Problem
    shapes: Mapping[str, Shape]
    tried: Sequence[Candidate]
    judged: Sequence[Candidate]
    confirm: int
    limits: Sequence[float]

    @property
    def settled(self) -> Sequence[Candidate]:
        """
        The plans to choose from, the exact network first.
        """
        return self.judged or self.tried

    @property
    def judges(self) -> int:
        """
        The number of samples that the choice is by.
        """
        return self.confirm if self.judged else self.problem.validation

    def chosen(self) -> Mapping[float, Candidate]:
        """
        For each limit the plan of the fewest cycles.
        """
        exact = self.settled[0].top1
        return {limit: cheapest(self.settled, exact, limit) for limit in self.limits}

    def plan(self, one: Candidate) -> Plan:
        """
        As a plan for this model, with a note of what it came to.
        """
        method = self.problem.how()
        layers = entries(method, one.point)
        if method.kernels is not None:
            for layer, kernel in one.kernels.items():
                layers[layer] = replace(layers.get(layer, LayerPlan()), kernel=kernel)
        shaped = {
            layer: replace(entry, shape=self.shapes[layer]) for layer, entry in layers.items()
        }
        return Plan(self.problem.model.stem, shaped, self.problem.sha256(), self._note(one))

    def _note(self, one: Candidate) -> str:
        problem, exact = self.problem, self.settled[0]
        loss = f"{exact.top1 - one.top1:.2f} ± {one.error:.2f} points of {exact.top1:.2f} % top-1"
        return (
            f"{one.cycles / 1e6:.3f} M cycles on {problem.device.target}, predicted, of "
            f"{exact.cycles / 1e6:.3f} M exact; loses {loss} on {self.judges} samples, "
            f"calibrated with {problem.samples}"
        )

    def pipeline(self, file: str) -> str:
        """
        What makes C of a plan in that file.
        """
        device = self.problem.device
        options = [f"target={device.target}", f'plan="{file}"', f"samples={self.problem.samples}"]
        if device.flash_budget is not None:
            options.append(f"flash-budget={device.flash_budget}")
        if device.ram_budget is not None:
            options.append(f"ram-budget={device.ram_budget}")
        if not self.problem.how().compensate:
            options.append("compensate=false")
        return f"approx-to-c{{{' '.join(options)}}}"


def limit_name(limit: float) -> str:
    """
    In file names: `noloss`, `1pt`, `0.5pt`.
    """
    return f"{limit:g}pt" if limit else "noloss"


def write_results(results: Results, folder: Path, beside: Sequence[Series] = ()) -> None:
    """
    NAME-noloss.json and the like, the plans of the front as NAME-front/01.json and so on, the
    figures as NAME-front.json, and NAME-front.svg, with fronts of other methods. Errors: UserError.
    """
    texts = {
        folder / f"{results.name}-{limit_name(limit)}.json": results.plan(one).dumps()
        for limit, one in results.chosen().items()
    }
    points = front(results.tried, by_top1)
    plans = [f"{results.name}-front/{number:02}.json" for number in range(1, len(points) + 1)]
    texts |= {
        folder / file: results.plan(one).dumps() for file, one in zip(plans, points, strict=True)
    }
    texts[folder / f"{results.name}-front.json"] = _figures(results, points, plans)
    tried = [(one.cycles, one.top1) for one in results.tried]
    own = Series(results.problem.method, tried, [(one.cycles, one.top1) for one in points])
    texts[folder / f"{results.name}-front.svg"] = picture(results.name, [own, *beside])
    stale = set((folder / f"{results.name}-front").glob("*.json")) - set(texts)
    write_files(texts, sorted(stale))


def _figures(results: Results, points: Sequence[Candidate], plans: Sequence[str]) -> str:
    """
    The text of NAME-front.json.
    """
    listing = [
        {
            **{key: value for key, value in asdict(one).items() if key in _FIGURES},
            "plan": file,
            "pipeline": results.pipeline(file),
        }
        for one, file in zip(points, plans, strict=True)
    ]
    document = {
        "version": FRONT_VERSION,
        "model": results.problem.model.name,
        "method": results.problem.method,
        "target": results.problem.device.target,
        "front": listing,
        "tried": [[round(one.cycles), round(one.top1, 4)] for one in results.tried],
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def load_series(path: Path) -> Series:
    """
    What another exploration has left as NAME-front.json. Errors: UserError.
    """
    try:
        known: Any = json.loads(path.read_text(encoding="utf-8"))
        front = [(one["cycles"], one["top1"]) for one in known["front"]]
        tried = [(cycles, top1) for cycles, top1 in known["tried"]]
        return Series(str(known["method"]), tried, front)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} is not a front that approx-explore has written") from error


def table(results: Results) -> Table:
    """
    The exact network and, for each limit, what was chosen.
    """
    target, judges = results.problem.device.target, results.judges
    shown = Table(title=f"{results.name} on {target}, top-1 on {judges} samples")
    shown.add_column("plan")
    for heading in ("cycles", "of exact", "multiplications", "top-1", "flash", "RAM"):
        shown.add_column(heading, justify="right")
    exact = results.settled[0]
    rows = {"exact": exact}
    rows |= {limit_name(limit): one for limit, one in results.chosen().items()}
    for title, one in rows.items():
        shown.add_row(
            title,
            f"{one.cycles:,.0f}",
            f"{one.cycles / exact.cycles:.0%}",
            f"{one.multiplications:.1%}",
            f"{one.top1:.2f} %",
            f"{one.flash:,} B",
            f"{one.ram:,} B",
        )
    return shown
