"""
What a run of the benchmark becomes: figures of layers, JSON, a page, a picture.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.sim_result import CallSite, Figures, Result
from document import page
from measure import check_output, layer_cycles
from published import best_published
from results import Effort, Entry, Layer, Run, as_json
from tables import cmsis_nn_cycles, error, layer_columns


def site(caller: str, callee: str, cycles: int) -> CallSite:
    """
    One call.
    """
    return CallSite(caller, 0, callee, 0, 1, Figures(cycles))


def result_of(calls: Sequence[CallSite]) -> Result:
    """
    A run with nothing but calls.
    """
    none = Figures()
    return Result(
        "x.elf", "ideal", none, {}, 1, [], calls, 0, 0, 0, 0, "", "", lambda at, size: b""
    )


def test_layer_cycles():
    """
    What NAME_run calls, with all that is called in turn, by the number in the name; layers may have
    several functions, and networks names that begin alike.
    """
    calls = [
        site("net_run", "net_0_conv_ch0", 30),
        site("net_run", "net_0_conv_ch2.isra.0", 12),
        site("net_run", "net_1", 5),
        site("net_run", "memset", 100),
        site("net_0_conv_ch0", "net_1", 1000),
        site("main", "net_run", 200),
        site("net_1_run", "net_1_0_conv", 70),
    ]
    assert layer_cycles(result_of(calls), "net", 2) == [42, 5]
    assert layer_cycles(result_of(calls), "net_1", 1) == [70]
    with pytest.raises(UserError, match="net_run calls no function of layer 2"):
        layer_cycles(result_of(calls), "net", 3)


def test_wrong_outputs_are_refused():
    """
    How many bytes differ, and where first.
    """
    check_output("kws", b"abc", b"abc")
    with pytest.raises(UserError, match="kws: 2 of 4 bytes of output are wrong, first byte 1"):
        check_output("kws", b"abcd", b"axcx")
    with pytest.raises(UserError, match="kws: 2 bytes of output, not 3"):
        check_output("kws", b"abc", b"ab")


def test_published():
    """
    The fewest cycles on a board with the profile's core.
    """
    best = best_published("resnet8", "stm32u5")
    assert best is not None
    assert (best.engine, best.cycles) == ("Plumerai v1.1, U575ZI-Q", 16_686_400)
    best = best_published("dscnn", "stm32l4")
    assert best is not None
    assert (best.engine, best.cycles) == ("ST X-CUBE-AI v1.2, L4R5ZI", 5_182_800)
    assert best_published("lenet", "stm32u5") is None


def test_layer_columns():
    """
    Predictions beside what was measured, the errors in percent of it.
    """
    layer = Layer("conv", "conv2d", "loop", 1000, 1500, 1350, 400, 500)
    assert layer_columns(layer) == [
        *("1,000", "1,500", "1.500", "1,350", "-10.0 %"),
        *("400", "500", "+25.0 %"),
    ]
    assert error(None, 5) == error(3, 0) == "-"


def entry(variant: str, cycles: int) -> Entry:
    """
    Of a network on the stm32u5.
    """
    return Entry("resnet8", variant, "stm32u5", 12_501_632, 0, cycles, 10, 4000, 300, 60)


RUN = Run(
    "abc123",
    "12.2.1",
    "99f736a",
    {"resnet8": "resnet8"},
    [entry("cmsis-nn", 40_000_000), entry("exact", 10_000_000)],
    {"resnet8": {"exact": {"gcc": Effort(1.5, 100)}}},
)


def test_json():
    """
    Every figure; what depends on the machine only when asked for.
    """
    content = json.loads(as_json(RUN, with_efforts=False))
    assert content["tree"] == "abc123"
    assert content["entries"][1]["cycles"] == 10_000_000
    assert "efforts" not in content
    assert json.loads(as_json(RUN, with_efforts=True))["efforts"]["resnet8"]["exact"]["gcc"] == {
        "seconds": 1.5,
        "bytes": 100,
    }


def test_cmsis_nn_of_the_run_comes_first():
    """
    Where it was not measured, the record stands in.
    """
    assert cmsis_nn_cycles(RUN, "resnet8", "stm32u5") == (40_000_000, "measured")
    assert cmsis_nn_cycles(RUN, "resnet8", "ideal") == (36_680_046, "on record")


def test_page():
    """
    A row for each entry, and how far CMSIS-NN is from the record.
    """
    text = page(RUN, ["stm32u5"], 512 << 10)
    assert (
        "| resnet8 | exact | 10,000,000 | 0.800 | 4,000 | 300 | 60 | 0.250 |"
        " 0.599 (Plumerai v1.1, U575ZI-Q) |"
    ) in text
    assert "| resnet8 | 40,000,000 (+6.9 %) |" in text
    assert "of tree `abc123` with gcc 12.2.1" in text


def test_picture():
    """
    The same figures, the same text: no time, no random names.
    """
    pytest.importorskip("matplotlib")
    from plot import bars, picture

    assert [(label, ours) for label, _, ours in bars(RUN, "resnet8", "stm32u5")] == [
        ("CMSIS-NN", False),
        ("Plumerai v1.1, U575ZI-Q", False),
        ("exact", True),
    ]
    text = picture(RUN, "stm32u5")
    assert text == picture(RUN, "stm32u5")
    assert "resnet8" in text
    assert "<dc:date>" not in text
