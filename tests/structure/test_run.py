# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""./run on machines that are not ready: it waits, it installs, or it says in one line what is missing."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKED = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7\\nE: Unable to lock directory /var/lib/apt/lists/"


@pytest.fixture
def machine(tmp_path):
    """A folder of commands that stand before the real ones."""
    def command(name, script):
        (tmp_path / name).write_text("#!/bin/sh\n" + script, encoding="utf-8")
        (tmp_path / name).chmod(0o755)

    command("id", "echo 0")
    command("sleep", "exit 0")
    command("dpkg-query", "exit 1")
    return command


def called(tmp_path, script, **environment):
    """Runs a function of ./run; what follows the functions in it, the choice of a command, is left out."""
    functions = (ROOT / "run").read_text("utf-8").split('\ncase "${1:-help}" in')[0]
    folder = tmp_path / "here"
    folder.mkdir(exist_ok=True)
    (folder / "run").write_text(f"{functions}\n{script}\n", encoding="utf-8")
    done = subprocess.run(["bash", folder / "run"], capture_output=True, text=True,
                          env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", **environment})
    return done.returncode, done.stdout, done.stderr


def test_a_busy_lock_is_waited_for(machine, tmp_path):
    tries = tmp_path / "tries"
    machine("apt-get", f'echo x >> {tries}\n[ $(wc -l < {tries}) -gt 3 ] || {{ printf "{LOCKED}\\n" >&2; exit 100; }}')
    code, said, faults = called(tmp_path, "install_packages one two")
    assert code == 0
    assert said == "== installing one two\n== another program is installing packages; waiting for it\n"
    assert faults == ""
    assert tries.read_text("utf-8").count("x") == 5  # three times locked, then update and install


def test_a_lock_that_stays_is_named_at_last(machine, tmp_path):
    machine("apt-get", f'printf "{LOCKED}\\n" >&2; exit 100')
    code, said, faults = called(tmp_path, "install_packages one", CHILDWELL_APT_WAIT="9")
    assert code == 1
    assert "waiting for it" in said
    assert "Unable to lock directory" in faults
    assert faults.splitlines()[-1] == "childwell: apt-get could not install one; its own words stand above"


def test_a_package_that_cannot_be_had_is_named_at_once(machine, tmp_path):
    machine("apt-get", 'case "$*" in *update*) exit 0 ;; esac; echo "E: Unable to locate package one" >&2; exit 100')
    code, said, faults = called(tmp_path, "install_packages one")
    assert code == 1
    assert "waiting" not in said
    assert faults.splitlines() == ["E: Unable to locate package one",
                                   "childwell: apt-get could not install one; its own words stand above"]


def test_without_a_network_the_list_at_hand_is_used(machine, tmp_path):
    machine("apt-get", 'case "$*" in *update*) echo "E: no network" >&2; exit 100 ;; esac; exit 0')
    code, said, _ = called(tmp_path, "install_packages one")
    assert code == 0
    assert "trying with the one that is here" in said


def test_elsewhere_one_line_says_what_to_install(machine, tmp_path):
    machine("id", "echo 1000")
    script = 'PATH=$(dirname "$(command -v id)"); need_system "${demo_packages[@]}"'
    code, said, faults = called(tmp_path, script)
    assert code == 1
    assert said == ""
    assert faults == ("childwell: install a C++20 compiler and Python 3.11 or later first; on Debian or Ubuntu: "
                      "sudo apt-get install g++ python3 python3-venv python3-dev\n")


def test_on_debian_the_browser_is_brought_and_required_and_elsewhere_left_to_the_machine(machine, tmp_path):
    machine("apt-get", "exit 0")
    script = 'unset CHILDWELL_BROWSER; need_browser; printf "%s" "${CHILDWELL_BROWSER:-as it is}"'  # ./run test has set it already
    for name, said in (("debian", "== installing chromium fonts-wqy-microhei\nrequired"), ("ubuntu", "as it is")):
        (tmp_path / "release").write_text(f"ID={name}\n", encoding="utf-8")
        assert called(tmp_path, script, CHILDWELL_OS_RELEASE=str(tmp_path / "release")) == (0, said, "")


def test_an_unknown_command_is_refused_with_the_help():
    done = subprocess.run([ROOT / "run", "frobnicate"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "there is no command 'frobnicate'" in done.stderr
    assert "./run demo" in done.stderr
    assert subprocess.run([ROOT / "run"], capture_output=True, text=True).stdout.startswith("./run demo")
