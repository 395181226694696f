"""A few days of a small bureau: risk points that stay, change, drop, go missing, are written off.

001 said with marks of formulas, later lowered with a reason, which the group accepts
002 lowered without a reason: the higher level stays
003 changed
004 missing, with a reason; the group writes it off
005 missing, without a word
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from journeys import copied, opened

from pipeline.clock import SHANGHAI
from pipeline.steps.verify import Opinion, settle, verification
from pipeline.workspace import open_workspace

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.reading.pool import ReadingPool
    from pipeline.workspace import Workspace

LATER = "2011-09-20T10:00"
OFFICER = "王某"
FIRST = """
    风险点  | 危害后果           | 风险等级 | 备注  | 完成时限
    －甲;+1 | 符合党政纪处分规定 | 黄色     | @备注 | 2011年9月20日
    乙      | 符合党政纪处分规定 | 黄       | 同上  | 2011-09-21
    丙      | 符合党政纪处分规定 |          |       |
    丁      | 符合党政纪处分规定 | 黄       |       |
    戊      | 符合党政纪处分规定 | 黄       |       |
    己      | 符合党政纪处分规定 | 黄       |       |
    庚      | 符合党政纪处分规定 | 黄       |       |
"""
SECOND = """
    风险点  | 危害后果             | 风险等级 | 备注  | 防控措施               | 情况说明
    －甲;+1 | 未达到党政纪处分程度 | 橙       | @备注 | 1.双人复核；2.留存底稿 | 职责调整，风险下降
    乙      | 符合党政纪处分规定   | 橙       |       | 双人双锁管理并登记      |
    丙      | 符合党政纪处分规定   | 黄       | 改过  | 双人双锁管理并登记      |
    己      | 符合党政纪处分规定   | 黄       |       | 双人双锁管理并登记      |
    庚      | 符合党政纪处分规定   | 黄       |       | 双人双锁管理并登记      |
"""
GONE = "YSK-2011-004"


def played(prepared: Path, pool: ReadingPool, folder: Path) -> Path:
    """Play the days in a copy of a prepared workspace and return its folder."""
    circle = opened(copied(prepared, folder), pool)
    with circle.workspace:
        assert circle.hand_in(circle.fill(FIRST), "首报.xlsx").verdict == "accepted"
        circle.later(days=1)
        reason = {"note": f"{GONE}：该项审批已取消。"}
        told = circle.hand_in(circle.fill(SECOND, card=reason), "再报.xlsx")
        assert told.verdict == "accepted"
        wrong = circle.fill("风险点 | 风险等级\n甲 | 绿", office="GKK")
        assert circle.hand_in(wrong, "国库科.xlsx", "国库科").verdict == "returned"
        circle.later(hours=1)
        settle(circle.workspace, GONE, Opinion(OFFICER))
        settle(circle.workspace, _asked(circle, "F402"), Opinion(OFFICER))
    return folder


def _asked(circle, code):
    """Return the number under which the answer to a question is listed."""
    found = verification(circle.workspace, circle.workspace.today).replied
    return next(one.number for one in found if one.code == code)


def later(folder: Path) -> AbstractContextManager[Workspace]:
    """Return the workspace opened a week later."""
    moment = datetime.fromisoformat(LATER).replace(tzinfo=SHANGHAI)
    return open_workspace(folder, now=lambda: moment, check=False)
