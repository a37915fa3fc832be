"""
Errors that a user can cause and mend.
"""


class UserError(Exception):
    """
    A problem with the user's input, said in one message.

    The driver prints it as `approx-opt: error: ...` and exits with 1; nothing is written.
    """
