"""Runs a program with a limit on time, and says in words how it ended."""

import dataclasses
import os
import signal
import subprocess
import tempfile
import time


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How a program ended."""

    code: int
    """Its exit code; negative where a signal ended it."""
    output: str
    errors: str
    seconds: float
    peak_gib: float
    """The most memory it held at once."""
    timed_out: bool

    @property
    def succeeded(self):
        return self.code == 0 and not self.timed_out

    def words(self):
        """How it ended, as a phrase."""
        if self.timed_out:
            return f"out of time after {self.seconds:.0f} s"
        memory = ("MemoryError", "Out of Memory", "out of memory", "Cannot allocate", "Unable to allocate", "bad_alloc")
        if self.code == -signal.SIGKILL or any(word in self.errors for word in memory):
            return f"out of memory after {self.seconds:.0f} s at {self.peak_gib:.1f} GiB"
        last = self.errors.strip().splitlines()[-1:] or ["no message"]
        return f"ended with {self.code}: {last[0][:160]}"


def run_limited(command, seconds):
    """Runs a command to its end or for `seconds`."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors, stdin=subprocess.DEVNULL)
        timed_out = False
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if not timed_out and time.monotonic() - started > seconds:
                timed_out = True
                process.kill()
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        return Outcome(
            process.returncode,
            output.read(),
            errors.read(),
            time.monotonic() - started,
            usage.ru_maxrss / 2**20,
            timed_out,
        )
