"""Errors that end a command with a designed exit code and a one-line message."""

from __future__ import annotations


class AiFinopsError(Exception):
    """Base of all expected failures. The command line prints the message and exits with `exit_code`."""

    exit_code = 1


class ChecksFailedError(AiFinopsError):
    """A check of the data or of the build failed (exit code 1)."""

    exit_code = 1


class ConfigError(AiFinopsError):
    """The configuration or the way a command was called is wrong (exit code 2)."""

    exit_code = 2


class LockHeldError(AiFinopsError):
    """Another run holds the lock of the home folder (exit code 3)."""

    exit_code = 3


class InputRefusedError(AiFinopsError):
    """A file is not what its stream's declaration says (exit code 4)."""

    exit_code = 4
