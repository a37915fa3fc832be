"""
A board's log beside the compiler's report: what is found in a log, and what does not go together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from approx_opt.compiler.board_log import Verdict, last_run, read_log
from approx_opt.compiler.compare_board import compare_board, main, table
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.sim_elf import Firmware
from approx_opt.compiler.sim_layers import hooked_cycles, memory_of_firmware
from approx_opt.compiler.sim_memory import Region
from approx_opt.compiler.sim_result import CallSite, Figures, Place, Result

LAYERS = {"conv": 1000, 'odd "name", with all': 200, "fc": 30}


def one_run(layers: dict[str, int] = LAYERS, end: str = "# pass: every byte", **facts: str) -> str:
    """
    What the firmware of examples/stm32 prints.
    """
    head = {"board": "nucleo-u575zi", "target": "stm32u5", "model": "kws", **facts}
    names = [name.replace('"', '""') for name in layers]
    lines = [
        *(f"# {key}: {value}" for key, value in head.items()),
        "layer,name,cycles",
        *(
            f'{i},"{name}",{n}'
            for i, (name, n) in enumerate(zip(names, layers.values(), strict=True))
        ),
        f"# total: {sum(layers.values()) + 50} cycles, 8 us an inference, mean of 4 vectors",
        *([end] if end else []),
        "# end",
    ]
    return "\n".join(lines) + "\n"


def report_of(layers: dict[str, int] = LAYERS, name: str = "kws") -> dict[str, Any]:
    """
    The parts of the compiler's report that matter here: predicted is twice what the board takes.
    """
    infos = [{"name": n, "kernel": "loop", "predicted_cycles": 2 * c} for n, c in layers.items()]
    tensors = {"inputs": [], "outputs": [], "totals": {}}
    return {
        "schema_version": 2,
        "name": name,
        "layers": infos,
        "target": {"name": "stm32u5"},
        **tensors,
    }


@pytest.mark.parametrize(
    "log",
    [
        one_run(),
        one_run().replace("\n", "\r\n"),
        f"Terminal ready\r\n\0\x1b[2J\n{one_run()}bye\n1,2,3\n",
        "".join(f"[12:31:07.250] {line}\n" for line in one_run().splitlines()),
        one_run(end="").replace("fc", "cut o") + one_run(),
        one_run().split('1,"odd')[0] + one_run(),
        one_run({"conv": 1, "other": 2}) + one_run(),
        one_run() + one_run(end=""),
        one_run().replace('"conv"', "conv").replace('0,', 'debug: 17\n0,', 1),
    ],
    ids=["plain", "CR LF", "noise", "times", "cut off", "reset", "two", "unfinished", "between"],
)  # fmt: skip
def test_a_run_is_found_in_a_log(log: str):
    """
    Whatever stands around it; of several, the last that is complete.
    """
    run = last_run(read_log(log))
    assert dict(run.layers) == LAYERS
    assert run.total == 1280
    assert (run.facts["board"], run.facts["model"]) == ("nucleo-u575zi", "kws")


def test_lost_rows_are_no_result():
    """
    A terminal that drops a line does not shift the others.
    """
    (run,) = read_log(
        "\n".join(line for line in one_run().splitlines() if not line.startswith("1"))
    )
    assert run.verdict is Verdict.NONE
    with pytest.raises(
        UserError, match=r"runs in the log is complete \(layer 2 follows 1 others\)"
    ):
        last_run([run])


@pytest.mark.parametrize(
    ("log", "message"),
    [
        ("hello\n", "no CSV found in the log: no line 'layer,name,cycles'"),
        (one_run(end=""), "none of the 1 runs in the log is complete: each ends with"),
        (one_run(end="# fail: vector 2, byte 7 is 1, should be 3"),
         "the board's last run has failed: vector 2, byte 7 is 1, should be 3"),
        (one_run().split("layer,")[0] + "# fail: exception 5, CFSR 00008200, stack overflow\n",
         "the board's last run has failed: exception 5, CFSR 00008200, stack overflow"),
        (one_run(model="vww"), "the log is of the network 'vww', the report of 'kws'"),
        (one_run(target="stm32f4"),
         "the log is of code for stm32f4, the report of code for stm32u5"),
        (one_run({"conv": 1, "pool": 2, "fc": 3}),
         "layer 1 is 'pool' in the log and 'odd \"name\", with all' in the report"),
        (one_run({"conv": 1}),
         'layers of the report are missing in the log: odd "name", with all, fc'),
        (one_run({**LAYERS, "more": 1}), "the log has 4 layers, the report 3"),
    ],
)  # fmt: skip
def test_what_does_not_go_together(log: str, message: str):
    """
    One message that names both.
    """
    with pytest.raises(UserError) as error:
        compare_board(read_log(log), report_of(), None, None)
    assert message in str(error.value)


def test_comparison():
    """
    The last run, sums, and how far runs are apart; nothing is made up that was not simulated.
    """
    log = one_run({**LAYERS, "fc": 33}) + one_run(clock="160000000 Hz, PLL1 from HSI16")
    result = compare_board(read_log(log), report_of(), None, None)
    assert [row.board for row in result.layers] == [1000, 200, 30]
    assert (result.total.board, result.total.simulated, result.total.predicted) == (
        1230,
        None,
        2460,
    )
    assert result.inference.board == 1280
    assert (result.runs, result.spread) == (2, pytest.approx(0.1))
    lines = [line.split() for line in table(result).splitlines()]
    assert lines[0] == "nucleo-u575zi, kws, 160000000 Hz, PLL1 from HSI16".split()
    assert lines[2] == ["conv", "loop", "1,000", "-", "-", "2,000", "0.500"]


def test_driver(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    Files in, table and JSON out; one message and exit status 1 for what is wrong.
    """
    log, report, out = (tmp_path / name for name in ("log.csv", "kws_report.json", "out.json"))
    log.write_bytes(one_run().encode() + b"\xff")
    report.write_text(json.dumps(report_of()))
    main([str(log), "--report", str(report), "--json", str(out)])
    assert "all layers" in capsys.readouterr().out
    assert json.loads(out.read_text())["total"]["board"] == 1230
    report.write_text("{}")
    for arguments, message in (
        ([str(log), "--report", str(report)], "is not a report that approx-opt has written"),
        ([str(tmp_path / "none"), "--report", str(report)], "No such file"),
        ([str(log), "--report", str(log)], "is not JSON: "),
    ):
        with pytest.raises(SystemExit, match="1"):
            main(arguments)
        assert message in capsys.readouterr().err


def simulated(calls: list[CallSite], places: list[Place]) -> Result:
    """
    A simulation in which nothing else has happened.
    """
    return Result(
        "firmware.elf", "ideal", Figures(), {}, None, places, calls, 0, 0, 0, 0, "", "",
        lambda address, size: b"",
    )  # fmt: skip


def test_layers_are_what_is_between_the_hooks():
    """
    Blocks of the function itself, and what it calls; not the hooks, and not what is outside.
    """

    def call(address: int, callee: str, cycles: int) -> CallSite:
        return CallSite("net_run", address, callee, 0, 1, Figures(cycles))

    calls = [
        call(0x12, "net_on_layer_begin", 900),
        call(0x22, "fill", 5),
        call(0x32, "net_on_layer_end", 900),
        call(0x42, "net_on_layer_begin", 900),
        call(0x52, "net_1_conv", 70),
        call(0x62, "net_on_layer_end", 900),
    ]
    starts = {0x10: 1000, 0x14: 1, 0x24: 2, 0x34: 1000, 0x44: 3, 0x54: 4, 0x64: 1000}
    places = [Place("net_run", at, Figures(n)) for at, n in starts.items()]
    places.append(Place("other", 0x24, Figures(1000)))
    assert hooked_cycles(simulated(calls, places), "net", 2) == [8, 77]
    for wrong in (calls[:3], calls[1:]):
        with pytest.raises(UserError, match="has to be compiled with APPROX_PROFILE"):
            hooked_cycles(simulated(wrong, places), "net", 2)


def test_memory_of_firmware():
    """
    Flash with the initial values behind the code, RAM where variables are, and what the caller has.
    """
    contents = [(0x08000000, bytes(100)), (0x08000064, bytes(8)), (0x24000000, bytes(8))]
    variables = [Region(0x24000000, 8), Region(0x20002000, 16)]
    elf = Firmware("a.elf", 0x08000040, contents, {}, [], variables, False)
    memory = memory_of_firmware(elf, Region(0x60000000, 64))
    assert memory.flash == Region(0x08000000, 108)
    assert [(region.start, region.size) for region in memory.ram] == [
        (0x20000000, 1 << 20),
        (0x24000000, 1 << 20),
        (0x60000000, 64),
    ]
