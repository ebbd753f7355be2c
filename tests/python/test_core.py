# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Keys, pseudonyms and messages."""

import copy
import hashlib
import os
import pickle
import re
import tomllib

import pytest

import childwell as cw
from childwell import _core
from childwell._key import Key
from childwell._messages import describe

SECRET = bytes(range(32))


def test_a_key_goes_to_its_file_and_back(tmp_path):
    made = Key.create(tmp_path / "study.key")
    assert Key.load(tmp_path / "study.key") == made
    assert made != Key.create(tmp_path / "other.key")
    assert re.fullmatch(r"[0-9a-f]{8}", made.key_id)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_the_file_is_its_owners_alone(tmp_path):
    path = tmp_path / "study.key"
    Key.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(ValueError, match="chmod 600"):
        Key.load(path)


def test_a_key_is_never_written_over(tmp_path):
    path = tmp_path / "study.key"
    made = Key.create(path)
    with pytest.raises(ValueError, match="never written over"):
        Key.create(path)
    assert Key.load(path) == made


@pytest.mark.parametrize("text", [b"", b"00" * 31, b"00" * 33, b"zz" * 32, b"00 " * 32, "钥匙".encode(), b"\xff" * 64])
def test_a_damaged_file_is_refused_and_not_quoted(tmp_path, text):
    path = tmp_path / "study.key"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(ValueError, match="64 hex characters") as caught:
        Key.load(path)
    assert not text or text.decode("latin-1") not in str(caught.value)


def test_missing_files_and_folders_say_how_to_fix(tmp_path):
    with pytest.raises(ValueError, match=r"Key\.create"):
        Key.load(tmp_path / "none.key")
    with pytest.raises(ValueError, match="folder"):
        Key.create(tmp_path / "none" / "study.key")


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_only_32_bytes_are_a_key(length):
    with pytest.raises(ValueError, match="32 bytes"):
        Key.from_bytes(bytes(length))


def test_there_is_no_default_key():
    with pytest.raises(TypeError, match="no default key"):
        Key()


def test_the_secret_shows_nowhere():
    key = Key.from_bytes(SECRET)
    assert repr(key) == str(key) == f"Key(key_id='{key.key_id}')"
    assert SECRET.hex() not in repr(key)
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            leave(key)
    with pytest.raises(AttributeError):
        key.note = 1


def test_pseudonyms_are_keyed_and_kept_apart_by_kind():
    key = Key.from_bytes(SECRET)
    pseudonym = key.pseudonym("child", "MADEUP-0000001")
    assert pseudonym == hashlib.blake2b(b"child\x1fMADEUP-0000001", key=SECRET, digest_size=16).hexdigest()
    others = {
        key.pseudonym("guardian", "MADEUP-0000001"),
        key.pseudonym("child", "MADEUP-0000002"),
        Key.from_bytes(SECRET[::-1]).pseudonym("child", "MADEUP-0000001"),
    }
    assert len(others | {pseudonym}) == 4
    with pytest.raises(ValueError, match="kind"):
        key.pseudonym("", "1")


def test_messages_are_worded_in_both_languages():
    assert describe("missing_column", lang="en", table="exams", column="subject").startswith("Table exams lacks")
    assert "exams" in describe("missing_column", table="exams", column="subject")
    with pytest.raises(ValueError, match="no_such_code"):
        describe("no_such_code")
    with pytest.raises(ValueError, match="language"):
        describe("E01", lang="fr")


def test_every_message_of_the_catalogue_is_worded():
    for code, text in tomllib.loads(_core.rules("messages")).items():
        if code != "version":
            assert describe(code, lang="zh") == text["zh"]
            assert describe(code, lang="en") == text["en"]


def test_unknown_rules_are_refused():
    with pytest.raises(ValueError, match="no rules file"):
        _core.rules("nothing")


@pytest.mark.parametrize("snapshot", [1, -1, "0", 0.0])
def test_a_snapshot_that_is_not_there_is_named(snapshot):
    city = cw.synthetic.city(children=60, seed=31)
    indicators = cw.open_study(city, key=cw.Key.from_bytes(bytes(32))).measure(as_of=city.as_of)
    for verb in (indicators.roll, indicators.table, lambda at: indicators.frame(snapshot=at)):
        with pytest.raises(ValueError, match="childwell: there is no snapshot"):
            verb(snapshot)
