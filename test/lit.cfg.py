"""
Configuration of the lit tests: `lit test/filecheck`.
"""

import os
import shutil
import sys
from pathlib import Path

import lit.formats

TEST_DIR = Path(__file__).resolve().parent

config = globals()["config"]
config.name = "approx-opt"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = str(TEST_DIR)
config.test_exec_root = str(TEST_DIR / ".out" / "filecheck")
config.excludes = ["Inputs"]

# approx-opt and filecheck are those of the environment that runs lit. Its bin folder is not
# resolved: the interpreter in there is a link to the system's.
tools = str(Path(sys.executable).parent)
config.environment["PATH"] = os.pathsep.join((tools, os.environ["PATH"]))
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"

if shutil.which("arm-none-eabi-gcc"):
    config.available_features.add("arm")
