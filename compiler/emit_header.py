"""
The header of a program: what a user of the network needs to know, in C99 and C++.
"""

from __future__ import annotations

from ..dialects.cortexm import PtrType
from ..dialects.quant import UI8
from .emit_c import run_prototype
from .emit_names import element_ctype
from .emit_text import banner, comment_text, float_literal, string_literal
from .input_conversion import UNSIGNED_OFFSET
from .memory import ALIGNMENT
from .program import Program, Workspace
from .tensor_info import TensorInfo

ERRORS = {"NULL": -1, "ALIGNMENT": -2}
"""`NAME_ERROR_...`: results of NAME_run that are no success."""


def render_header(program: Program) -> str:
    """
    NAME.h; it includes nothing but <stdint.h>.
    """
    upper = program.name.upper()
    sections = [
        f"{banner(program)}\n#ifndef {upper}_H\n#define {upper}_H\n\n#include <stdint.h>",
        '#ifdef __cplusplus\nextern "C" {\n#endif',
        _run(program),
        *(_workspace(program, workspace) for workspace in program.workspaces),
        *(_tensor(program, f"IN_{i}", tensor) for i, tensor in enumerate(program.inputs)),
        *(_tensor(program, f"OUT_{i}", tensor) for i, tensor in enumerate(program.outputs)),
        _sizes(program),
        _profile(program),
        _quantize(program),
        "#ifdef __cplusplus\n}\n#endif",
        f"#endif /* {upper}_H */",
    ]
    return "\n\n".join(sections) + "\n"


def _define(program: Program, name: str, value: object) -> str:
    return f"#define {program.name.upper()}_{name} {value}"


def _run(program: Program) -> str:
    errors = [_define(program, f"ERROR_{name}", f"({code})") for name, code in ERRORS.items()]
    upper = program.name.upper()
    comment = (
        "/*\n * One inference: 0, or a negative error. Reentrant: all state is in the workspace.\n"
        f" * The workspace is {upper}_WORKSPACE_BYTES bytes, aligned to"
        f" {upper}_WORKSPACE_ALIGNMENT.\n"
    )
    if len(program.workspaces) > 1:
        comment += (
            f" * The fast one, in fast memory, is {upper}_FAST_WORKSPACE_BYTES bytes, aligned to\n"
            f" * {upper}_FAST_WORKSPACE_ALIGNMENT; it need not be fast memory for right results.\n"
        )
    comment += " */"
    return "\n".join((*errors, "", comment, f"{run_prototype(program)};"))


def _workspace(program: Program, workspace: Workspace) -> str:
    macro = workspace.argument.upper()
    words = f"({program.name.upper()}_{macro}_BYTES + 7) / 8" if workspace.size else "1"
    section, of_all = f"{program.name.upper()}_{macro}_SECTION", f"APPROX_{macro}_SECTION"
    return "\n".join(
        (
            _define(program, f"{macro}_BYTES", workspace.size),
            _define(program, f"{macro}_ALIGNMENT", ALIGNMENT),
            "",
            f"/*\n * -D{section}='__attribute__((section(\".dtcm\")))' places it,\n"
            f" * {of_all} those of all networks.\n */",
            f"#ifndef {of_all}\n#define {of_all}\n#endif",
            f"#ifndef {section}\n#define {section} {of_all}\n#endif",
            _define(
                program,
                f"DECLARE_{macro}(name)",
                f"\\\n  static {section} uint64_t name[{words}]",
            ),
        )
    )


def _tensor(program: Program, slot: str, tensor: TensorInfo) -> str:
    facts = {
        "NAME": string_literal(tensor.name),
        "SHAPE": f"{{{', '.join(map(str, tensor.shape))}}}",
        "RANK": len(tensor.shape),
        "SIZE": tensor.size,
        "SIZE_BYTES": tensor.size_bytes,
        "ALIGNMENT": tensor.alignment,
        **_layout(tensor),
        "DTYPE": element_ctype(tensor.element),
        **_quantization(program, slot, tensor),
    }
    lines = [_define(program, f"{slot}_{key}", value) for key, value in facts.items()]
    kind = "Input" if slot.startswith("IN") else "Output"
    return "\n".join((f"/* {kind} {comment_text(tensor.name)} */", *lines))


def _layout(tensor: TensorInfo) -> dict[str, object]:
    if tensor.layout == "nchw":
        return {"LAYOUT_NHWC": 0, "LAYOUT_NCHW": 1}
    return {"LAYOUT_NHWC": 1}


def _quantization(program: Program, slot: str, tensor: TensorInfo) -> dict[str, object]:
    """
    Scale, zero point and what converts a number; floats are taken as they are.
    """
    if tensor.is_float:
        return {}
    prefix = f"{program.name.upper()}_{slot}"
    scale, zero_point = f"{prefix}_SCALE", f"{prefix}_ZERO_POINT"
    facts: dict[str, object] = {
        "SCALE": float_literal(tensor.scale),
        "ZERO_POINT": f"({tensor.zero_point})",
    }
    function = f"{program.name}_quantize"
    if slot.startswith("OUT"):
        return {**facts, "DEQUANTIZE(q)": f"({scale} * (float)((q) - {zero_point}))"}
    if tensor.element == PtrType(UI8):
        int8 = f"{function}((x), {scale}, {zero_point} - {UNSIGNED_OFFSET})"
        return {**facts, "QUANTIZE(x)": f"((uint8_t)({int8} + {UNSIGNED_OFFSET}))"}
    return {**facts, "QUANTIZE(x)": f"{function}((x), {scale}, {zero_point})"}


def _sizes(program: Program) -> str:
    return "\n".join(
        (
            "/* Multiply-accumulates of the dense network, and those left out of them. */",
            _define(program, "MACC_NUM", program.total("macs")),
            _define(program, "MACC_SKIPPED", program.total("macs_skipped")),
            _define(program, "LAYER_COUNT", len(program.layers)),
        )
    )


def _profile(program: Program) -> str:
    name, upper = program.name, program.name.upper()
    return "\n".join(
        (
            "/* Called around each layer; define them to override the empty weak ones. */",
            "#ifdef APPROX_PROFILE",
            f"void {name}_on_layer_begin(uint16_t layer);",
            f"void {name}_on_layer_end(uint16_t layer);",
            f"extern const char *const {name}_layer_names[{upper}_LAYER_COUNT + 1];",
            "#endif",
        )
    )


def _quantize(program: Program) -> str:
    """
    Division, rounding of ties to even and saturation, as QuantizeLinear of ONNX has them.
    """
    return f"""\
/* real / scale, rounded to the nearest (ties to even), plus zero_point, within int8; NaN: -128. */
static inline int8_t {program.name}_quantize(float real, float scale, int32_t zero_point) {{
  const float scaled = real / scale;
  if (!(scaled > (float)(-128 - zero_point))) {{
    return -128;
  }}
  if (scaled >= (float)(127 - zero_point)) {{
    return 127;
  }}
  int32_t whole = (int32_t)scaled;
  const float rest = scaled - (float)whole;
  if (rest > 0.5f || (rest == 0.5f && (whole & 1) != 0)) {{
    whole++;
  }} else if (rest < -0.5f || (rest == -0.5f && (whole & 1) != 0)) {{
    whole--;
  }}
  return (int8_t)(whole + zero_point);
}}"""
