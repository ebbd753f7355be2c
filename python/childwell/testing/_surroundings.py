# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What surrounds a call: threads, kernels, floating-point environment, locale, and a process that may die."""

from __future__ import annotations

import contextlib
import faulthandler
import locale
import os
import pickle
import select
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import _core


@contextlib.contextmanager
def threads(number: int) -> Iterator[None]:
    """Every pool that is made inside has this many threads."""
    before = os.environ.get("CHILDWELL_NUM_THREADS")
    os.environ["CHILDWELL_NUM_THREADS"] = str(number)
    try:
        yield
    finally:
        if before is None:
            del os.environ["CHILDWELL_NUM_THREADS"]
        else:
            os.environ["CHILDWELL_NUM_THREADS"] = before


@contextlib.contextmanager
def kernels(level: int) -> Iterator[None]:
    """No kernel above this level of the processor runs inside: 0 is plain code, 2, 3 and 4 are x86-64-v2 to v4."""
    _core.limit_processor_level(level)
    try:
        yield
    finally:
        _core.limit_processor_level(-1)


def floating_point() -> tuple[Any, ...]:
    """How the processor rounds and treats denormals, by what it does, and what NumPy does with errors."""
    one, small, least = np.float64(1.0), np.float64(2.0**-53), np.float64(5e-324)
    with np.errstate(all="ignore"):
        seen = (
            float(one + small * 1.5), float(one + small / 2), float(-one - small / 2), float(one - small / 4),
            float(least), float(least + least), float(np.float64(2.0**-1022) / 2), bool(least > 0.0),
        )
    return (*seen, tuple(sorted(np.geterr().items())))


def surroundings() -> tuple[Any, ...]:
    """What a call must leave as it found it."""
    handlers = tuple(signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGFPE, signal.SIGSEGV))
    return floating_point(), locale.setlocale(locale.LC_ALL), handlers, os.getcwd(), dict(os.environ)


class Died(Exception):
    """The child process ended without an answer; the text says how."""


def in_child(work: Callable[[], Any], seconds: int = 120) -> Any:
    """What `work` gives, made in a child process, so that an abort or a call without end is a finding."""
    if not hasattr(os, "fork") or sys.platform == "darwin":
        return work()
    ear, mouth = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the parent are not used in the child
        child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException), os.fdopen(mouth, "wb") as pipe:
            os.close(ear)
            faulthandler.disable()  # what a dying process says is not the caller's to read
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            pipe.write(pickle.dumps(work()))
        os._exit(0)
    os.close(mouth)
    with os.fdopen(ear, "rb") as pipe:
        if not select.select([pipe], [], [], seconds)[0]:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise Died(f"no answer within {seconds} seconds")
        heard = pipe.read()
    _, code = os.waitpid(child, 0)
    if not heard:
        how = signal.Signals(os.WTERMSIG(code)).name if os.WIFSIGNALED(code) else f"exit code {os.WEXITSTATUS(code)}"
        raise Died(f"the process ended with {how}")
    return pickle.loads(heard)
