"""The `ai-finops` command: a thin group that loads one module per command."""

from __future__ import annotations

import importlib
import json
import logging
import sys

import click

from scripts.errors import AiFinopsError

COMMANDS = ("init", "declare", "sample", "extract", "ingest", "build", "publish", "run", "doctor", "prices")


class LazyGroup(click.Group):
    """Group that imports a command's module only when that command is called, to keep start-up short."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, without importing any."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(f"scripts.commands.{cmd_name}").command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--verbose", "-v", is_flag=True, help="Log what each step does.")
def cli(verbose: bool) -> None:
    """FinOps for AI: land exports, build the warehouse, publish marts.

    Exit codes: 0 ok, 1 checks failed, 2 bad configuration or usage, 3 another run holds the lock, 4 input refused.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(message)s")


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code; expected errors print one line, as JSON with --json."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        result = cli.main(args=arguments, prog_name="ai-finops", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except AiFinopsError as error:
        if "--json" in arguments:
            click.echo(json.dumps({"ok": False, "error": str(error), "exit_code": error.exit_code}))
        click.echo(f"ai-finops: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        click.echo("ai-finops: interrupted", err=True)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
