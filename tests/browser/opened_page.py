# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A page in the browser and what was heard of it."""

from dataclasses import dataclass, field

ADDRESS = "http://report.childwell.test/"


@dataclass
class Opened:
    """A page and what was heard of it."""

    page: object
    said: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    dialogs: list = field(default_factory=list)
    ran: list = field(default_factory=list)

    def heard(self) -> dict:
        """What a page that is only read never does."""
        return {"said": self.said, "asked": [url for url in self.asked if url != ADDRESS], "dialogs": self.dialogs,
                "ran": self.ran, "address": self.page.url.partition("#")[0]}

    def in_language(self, language: str) -> "Opened":
        self.page.click(f'label[for="language-{language}"]')
        return self

    def unfolded(self) -> "Opened":
        self.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        return self


SILENT = {"said": [], "asked": [], "dialogs": [], "ran": [], "address": ADDRESS}
