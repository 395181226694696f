@echo off
chcp 65001 >nul
cd /d "%~dp0"
set "YIGANG=%~dp0.venv\Scripts\yigang.exe"
if not exist "%YIGANG%" set "YIGANG=yigang"
title 一岗一预防 监听
echo 正在监听收件夹。请不要关闭本窗口；要停止时按 Ctrl+C。
"%YIGANG%" watch
echo.
echo 监听已停止。
pause
