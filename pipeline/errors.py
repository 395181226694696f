"""What the operator or the machine did wrong; what an office did wrong is a Finding."""


class PipelineError(Exception):
    """Base of every error that becomes one Chinese line and an exit code.

    str(error) is the sentence shown: what is wrong and what to do, without a traceback.
    """

    exit_code = 1


class UsageError(PipelineError):
    """A path, option or workspace that cannot be used as given."""

    exit_code = 2


class ConfigError(UsageError):
    """config.toml or roster.xlsx cannot be used; `problems` holds every fault found, in order."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.source = source
        self.problems = problems
        lines = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(problems, 1))
        super().__init__(f"{source} 有{len(problems)}处问题，请改好后再运行：\n{lines}")


class BusyError(PipelineError):
    """Another instance holds the lock; str() names host, process and since when."""

    exit_code = 5


class StorageError(PipelineError):
    """The disk, the share or the archive refuses a write or read."""
