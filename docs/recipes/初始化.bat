@echo off
chcp 65001 >nul
cd /d "%~dp0"
set "YIGANG=%~dp0.venv\Scripts\yigang.exe"
if not exist "%YIGANG%" set "YIGANG=yigang"
echo 新建工作文件夹：%~dp0
"%YIGANG%" init .
if not errorlevel 1 start "" "roster.xlsx"
echo.
pause
