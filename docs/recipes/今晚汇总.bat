@echo off
chcp 65001 >nul
cd /d "%~dp0"
set "YIGANG=%~dp0.venv\Scripts\yigang.exe"
if not exist "%YIGANG%" set "YIGANG=yigang"
"%YIGANG%" nightly
if exist "outbox\纪检组\每日报告" start "" "outbox\纪检组\每日报告"
echo.
pause
