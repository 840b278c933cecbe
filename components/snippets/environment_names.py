"""Names for variables of the environment that nobody else sets or obeys.

A script takes `{{topic}}` from `TOPIC` where that is set. `{{user}}` or `{{language}}` must not come from
what the login or the desktop has put there, nor may setting `{{path}}` change where programs are found.
"""

from __future__ import annotations

import re
from typing import Final

from components.snippets.variables import screaming

_WORDS: Final = """
ALL_PROXY ARGC ARGV BAUD CDPATH CI COLORTERM COLUMNS COMPUTERNAME COPROC CPUTYPE DEBUG DIRSTACK
DIRSTACKSIZE DISPLAY EDITOR EGID EMACS EMAIL ENV EPOCHREALTIME EPOCHSECONDS ERRNO EUID EXECIGNORE FCEDIT
FIGNORE FPATH FUNCNAME FUNCNEST GID GLOBIGNORE GROUPS HELPDIR HOME HOST HOSTFILE HOSTNAME HOSTTYPE
HTTPS_PROXY HTTP_PROXY IFS IGNOREEOF INFOPATH INPUTRC KEYTIMEOUT LANG LANGUAGE LINENO LINES LISTMAX LOGCHECK
LOGNAME LS_COLORS MACHTYPE MAIL MAILCHECK MAILPATH MANPATH MAPFILE MODULE_PATH NAME NO_PROXY NULLCMD OLDPWD
OS OSTYPE PAGER PATH PATHEXT PIPESTATUS POSIXLY_CORRECT POSTEDIT PPID PSVAR PUBLIC PWD RANDOM READNULLCMD
REPLY REPORTTIME RPROMPT SAVEHIST SECONDS SESSION SHELL SHELLOPTS SHLVL SPROMPT SRANDOM STATUS STTY
SYSTEMROOT TEMP TERM TERMCAP TERMINFO TIMEFMT TIMEFORMAT TMOUT TMP TMPDIR TMPPREFIX TTY TTYIDLE TZ UID USER
USERDOMAIN USERNAME USERPROFILE VENDOR VISUAL WATCH WATCHFMT WINDIR WORDCHARS
"""
_TAKEN: Final = frozenset(_WORDS.split())
"""Source: the variables in the manuals of bash 5.2, zsh 5.9, dash and curl, and those that logins set."""
_TAKEN_FAMILIES: Final = re.compile(
    r"(ANTHROPIC_|BASH|COMP_|CURL_|DBUS_|DYLD_|G?AWK|GIT_|HIST|LC_|LD_|OPT(ARG|ERR|IND)|PROMPT|PS\d|READLINE_"
    r"|SSH_|SSL_|SUDO_|TERM_|WSL|XDG_|ZDOTDIR|ZSH).*"
)


def environment_variable(words: list[str]) -> str:
    """`TOPIC`, a style for `identifiers`; `PROMPT_USER` where `USER` belongs to somebody else."""
    name = screaming(words)
    return f"PROMPT_{name}" if name in _TAKEN or _TAKEN_FAMILIES.fullmatch(name) else name
