"""
Completion of pipelines: passes after commas and, in bash, their options within braces.
"""

from __future__ import annotations

from collections.abc import Iterator

from .completion import Completion
from .pass_listing import Passes, options_of


def pipeline_completion(passes: Passes) -> Completion:
    """
    What shtab is to know of `--passes`. It takes all passes being loaded.
    """
    names = " ".join(passes)
    options = "\n".join(f'    {name}) echo "{words}" ;;' for name, words in _options(passes))
    return {
        "bash": "_approx_opt_pipeline",
        "zsh": f"_sequence compadd - {names}",
        "fish": "(_approx_opt_pipeline)",
        "preamble": {
            "bash": _BASH.replace("@NAMES@", names).replace("@OPTIONS@", options),
            "fish": _FISH.replace("@NAMES@", names),
        },
        "epilogue": {"bash": _BASH_EPILOGUE},
    }


def _options(passes: Passes) -> Iterator[tuple[str, str]]:
    """
    Passes and their options: `name=` and, where its values are few, `name=value`.
    """
    for name, factory in passes.items():
        options = list(options_of(factory()))
        words = [f"{one.name}={value}" for one in options for value in ("", *one.choices)]
        if words:
            yield name, " ".join(words)


_BASH = """\
_approx_opt_options() {
  case "$1" in
@OPTIONS@
  esac
}

# $1: the pipeline up to the cursor, perhaps with the quote it began with
_approx_opt_pipeline() {
  local text="${1#[\\"\\']}" rest word words hidden=""
  rest="${text##*\\}}"
  if [[ "$rest" == *"{"* ]]; then
    word="${rest##*[ \\{]}"
    rest="${rest%%\\{*}"
    words="$(_approx_opt_options "${rest##*,}")"
    # values are offered once there is a name
    [[ "$word" == *=* ]] || hidden="!*="
  else
    word="${rest##*,}"
    words="@NAMES@"
  fi
  compgen -P "${text%"$word"}" -X "$hidden" -W "$words" -- "$word"
}
"""

_BASH_EPILOGUE = """
# A pipeline goes on where a completion ends: no space there.
_approx_opt() {
  _shtab_approx_opt
  if [[ "${COMP_WORDS[COMP_CWORD-1]}" =~ ^(-p|--passes|--pass-pipeline)$ ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -o bashdefault -F _approx_opt approx-opt
"""

_FISH = """\
function _approx_opt_pipeline
  set -l before (string match --regex '^.*,' -- (commandline -ct))
  for name in @NAMES@
    echo "$before$name"
  end
end
"""
