"""Replaces itself by another program that ends when the process that started it dies.

Run as a script, so that no Python code runs between fork and exec in a parent that has threads (`preexec_fn` may
deadlock there). It costs 12 ms. The program keeps this script's process id.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


def main() -> None:
    """Take `death signal, parent's process id, user name or "", program, arguments…` from the command line.

    Only Linux knows death signals: elsewhere a SIGKILLed parent leaves the program running.
    """
    death_signal, parent, user, *command = sys.argv[1:]
    if user:
        entry = pwd.getpwnam(user)
        os.initgroups(user, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    if sys.platform == "linux":  # after setuid, which clears the death signal
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal))
    if os.getppid() != int(parent):  # it died before the signal was set
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - becoming that program is the purpose


if __name__ == "__main__":
    main()
