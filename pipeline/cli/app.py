"""The command group, its help by kind of work, and the door where errors become one line."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

from pipeline.cli.chinese import speak_chinese, write_utf8

speak_chinese()

import click  # noqa: E402 - its words are taken when a command is declared

from pipeline.cli import (  # noqa: E402
    confirming,
    handling,
    issuing,
    querying,
    rechecking,
    rehearsing,
    reporting,
    reviewing,
    setting_up,
)
from pipeline.cli.exit_codes import FAILED  # noqa: E402
from pipeline.errors import PipelineError  # noqa: E402
from pipeline.version import __version__  # noqa: E402

_log = logging.getLogger(__name__)

# The commands as help shows them, by kind of work.
_SECTIONS: tuple[tuple[str, tuple[click.Command, ...]], ...] = (
    ("日常", (handling.run, handling.watch, reporting.nightly, reporting.status)),
    ("出件", (issuing.templates, reporting.consolidate, reporting.compile_)),
    ("办理", (handling.check, confirming.confirm, reviewing.review, rechecking.recheck)),
    ("查询", (querying.explain, querying.export)),
    ("维护", (setting_up.init,)),
    ("演练", (rehearsing.demo,)),
)
_HIDDEN = (handling.receive,)


class Commands(click.Group):
    """A group whose help lists the commands by kind of work."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands section by section."""
        del ctx
        for title, commands in _SECTIONS:
            with formatter.section(title):
                formatter.write_dl(
                    [(str(entry.name), entry.get_short_help_str(60)) for entry in commands]
                )


@click.group(
    cls=Commands,
    help="“一岗一预防”表格流水线：出表、收表、检查、登记、汇总。",
    epilog="每个命令都可以加 --help 看用法；-w 指明工作文件夹，不写就是当前文件夹。",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="[选项]",
    subcommand_metavar="命令 ...",
)
@click.version_option(__version__, "--version", prog_name="yigang", message="%(prog)s %(version)s")
def cli() -> None:
    """Hold the commands."""


for _command in (*(entry for _, commands in _SECTIONS for entry in commands), *_HIDDEN):
    _command.options_metavar = "[选项]"
    cli.add_command(_command)


def main() -> None:
    """Run the command line; every error ends as one Chinese line and an exit code."""
    write_utf8()
    try:
        code = cli.main(prog_name="yigang", standalone_mode=False)
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("已停止。没有办完的会在下次接着办。", err=True)
        code = FAILED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except PipelineError as error:
        click.echo(f"错误：{error}", err=True)
        code = error.exit_code
    except Exception as error:  # the door: a traceback shown to a user is a bug
        click.echo(f"程序内部出错，没有办完的会在下次接着办。{_kept(error)}", err=True)
        code = FAILED
    sys.exit(code if isinstance(code, int) else 0)


def _kept(error: Exception) -> str:
    """Keep the report of a bug in the home folder and return where, in Chinese."""
    from pipeline.cli.logs import report
    from pipeline.files import operations

    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    path = Path.home() / f"yigang-{moment}.log"
    try:
        operations.write_new(path, report(error).encode(), private=True)
    except (OSError, PipelineError):
        return "请告知维护人员。"
    return f"详情记在 {path}，请交给维护人员。"
