# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Random numbers of families, screening, help and money: streams by purpose and block, numbered from 100."""

from __future__ import annotations

import numpy as np

# Numbers are never reused or renumbered: that would change every city made before.
_NUMBERS = {
    "parents": 100,
    "departures": 101,
    "reports": 102,
    "carers": 103,
    "contact_logs": 104,
    "contacts": 105,
    "temporary_ids": 106,
    "distress": 107,
    "months": 108,
    "sites": 109,
    "openings": 110,
    "programme_roles": 111,
    "programme_starts": 112,
    "programme_effects": 113,
    "services": 114,
    "counselling": 115,
    "referrals": 116,
    "followups": 117,
    "events": 118,
    "event_attendance": 119,
    "people": 120,
    "clearances": 121,
    "capacity": 122,
    "matches": 123,
    "poverty": 124,
    "sponsorships": 125,
    "loans": 126,
    "spending": 127,
    "collections": 128,
    "answering_style": 129,
    "responses": 130,
    "items": 131,
    "health": 132,
    "slipping": 133,
}
BLOCK = 1 << 15  # children that share the streams of one block


def draws(seed: int, purpose: str, block: int = 0) -> np.random.Generator:
    """The generator of one purpose and one block under one seed; blocks take disjoint stretches of one stream."""
    key = np.array([seed, _NUMBERS[purpose]], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=np.array([0, 0, block, 0], dtype=np.uint64)))
