"""Running a snippet here and comparing what it sends with what the app sends. Nothing leaves this machine.

`verify.py` does it; `programs.py` knows how each target is run, `recorder.py` is where both sides send to,
and `comparing.py` says what differs.
"""
