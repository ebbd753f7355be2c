# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The key that turns identifiers into pseudonyms: held by the user, made on request, never a default."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from pathlib import Path
from typing import NoReturn

__all__ = ["Key"]

_KEY_BYTES = 32
_SEPARATOR = b"\x1f"  # cannot stand in a kind, so no kind and id can be read as another kind and id


class Key:
    """A secret of 32 bytes, with which identifiers become pseudonyms.

    Use one key for one study: the same key gives the same pseudonyms, another key gives pseudonyms that cannot be
    linked to them. Do not share it with the results, and do not keep it beside them.

    Parameters
    ----------
    None; make one with `Key.create`, read one with `Key.load`.

    Returns
    -------
    Key
        `.key_id` names it (8 hex characters) and does not give it away; the secret is in no repr and no pickle.

    Raises
    ------
    TypeError
        When called directly or pickled.

    Notes
    -----
    Cost: `pseudonym` takes about a microsecond an identifier.

    References
    ----------
    RFC 7693, keyed BLAKE2b; Python's hashlib computes it.
    """

    __slots__ = ("_secret",)
    _secret: bytes

    def __init__(self) -> None:
        raise TypeError("childwell.Key: there is no default key; use Key.create(path) or Key.load(path)")

    @classmethod
    def from_bytes(cls, secret: bytes) -> Key:
        """A key from 32 bytes that are at hand.

        Use in tests, or where a secret store hands the bytes over; for files use `Key.load`.

        Parameters
        ----------
        secret : bytes, length 32
            The secret; none of it may be missing.

        Returns
        -------
        Key
            The key.

        Raises
        ------
        ValueError
            When there are not exactly 32 bytes.

        References
        ----------
        RFC 7693, section 2.9: a key of up to 64 bytes.
        """
        if not isinstance(secret, bytes | bytearray) or len(secret) != _KEY_BYTES:
            raise ValueError("childwell.Key: a key has exactly 32 bytes; make one with Key.create(path)")
        key = object.__new__(cls)
        object.__setattr__(key, "_secret", bytes(secret))
        return key

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> Key:
        """Makes a new key and its file, readable by its owner only.

        Use once for a study. It never writes over a file: a lost key means that no pseudonym can be turned back.

        Parameters
        ----------
        path : path
            The file to make; its folder must be there.

        Returns
        -------
        Key
            The new key.

        Raises
        ------
        ValueError
            When the file is there already, or its folder is not.

        References
        ----------
        Random bytes from the operating system, by Python's `secrets`.
        """
        secret = secrets.token_bytes(_KEY_BYTES)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ValueError(
                f"childwell.Key.create: {Path(path).name} is there already and is never written over; "
                "read it with Key.load, or choose another name"
            ) from None
        except FileNotFoundError:
            raise ValueError(f"childwell.Key.create: the folder of {Path(path).name} is not there; make it first") from None
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        return cls.from_bytes(secret)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Key:
        """Reads a key from its file.

        Use for every run after the first. A file that others can read is refused, because it is no longer a secret.

        Parameters
        ----------
        path : path
            A file of 64 hex characters, as `Key.create` makes it.

        Returns
        -------
        Key
            The key.

        Raises
        ------
        ValueError
            When the file is not there, is readable by others, or does not hold 64 hex characters.

        References
        ----------
        The form of file that `Key.create` writes.
        """
        name = Path(path).name
        try:
            with open(path, "rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                text = file.read(1024).strip()
        except FileNotFoundError:
            raise ValueError(f"childwell.Key.load: there is no file {name}; make a key with Key.create(path)") from None
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise ValueError(f"childwell.Key.load: others can read {name}; run: chmod 600 {name}")
        try:
            secret = bytes.fromhex(text.decode("ascii"))
        except ValueError:  # the message must not quote the file
            secret = b""
        if len(secret) != _KEY_BYTES or len(text) != 2 * _KEY_BYTES:
            raise ValueError(
                f"childwell.Key.load: {name} does not hold a key, which is 64 hex characters; make one with Key.create(path)"
            )
        return cls.from_bytes(secret)

    @property
    def key_id(self) -> str:
        """Eight hex characters that name the key and do not give it away."""
        return hashlib.blake2b(b"childwell key id", key=self._secret, digest_size=4).hexdigest()

    def pseudonym(self, kind: str, identifier: str) -> str:
        """The pseudonym of an identifier.

        Use for identifiers only; a name or a date is left out of the data instead.

        Parameters
        ----------
        kind : str
            The kind of identifier, such as "child"; kinds never share pseudonyms.
        identifier : str
            The identifier; a missing one has no pseudonym and is not asked for.

        Returns
        -------
        str
            32 hex characters.

        Raises
        ------
        ValueError
            When the kind is empty or holds the separator.

        References
        ----------
        RFC 7693, keyed BLAKE2b with 128 bits of output.
        """
        prefix = kind.encode("utf-8")
        if not prefix or _SEPARATOR in prefix:
            raise ValueError("childwell.Key.pseudonym: the kind is a word, such as 'child'")
        message = prefix + _SEPARATOR + identifier.encode("utf-8")
        return hashlib.blake2b(message, key=self._secret, digest_size=16).hexdigest()

    def __repr__(self) -> str:
        return f"Key(key_id={self.key_id!r})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("childwell.Key: a key does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and secrets.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self.key_id)

    def __reduce__(self) -> NoReturn:
        raise TypeError("childwell.Key: a key is never pickled, because pickles travel; load it where it is used")
