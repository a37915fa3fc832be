"""
`python -m approx_opt.compiler` is `approx-opt`.
"""

from .main import main

main()
