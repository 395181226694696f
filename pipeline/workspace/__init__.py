"""A workspace opened: configuration, roster and ledger, all faults told at once."""

from pipeline.workspace.paths import Paths
from pipeline.workspace.workspace import (
    Workspace,
    lone_workspace,
    open_workspace,
    read_workspace_settings,
)

__all__ = ["Paths", "Workspace", "lone_workspace", "open_workspace", "read_workspace_settings"]
