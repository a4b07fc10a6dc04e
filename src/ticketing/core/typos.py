"""Slips in the domain of an e-mail address: gmial.com, docomo.co.jp. A guess to ask about, never a reason to refuse.

The list holds what people in Japan and their guests use; Japanese phone companies matter most, because their addresses
are typed on small keys. What is in the list is never questioned, so near neighbours of others (yahoo.ne.jp is a phone
company's, yahoo.co.jp is not) have to stand there too.
"""

from __future__ import annotations

from functools import lru_cache

LIST = """
    gmail.com docomo.ne.jp icloud.com yahoo.co.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp au.com outlook.jp outlook.com
    hotmail.com hotmail.co.jp ymobile.ne.jp yahoo.ne.jp me.com live.jp yahoo.com ybb.ne.jp nifty.com biglobe.ne.jp
    ocn.ne.jp so-net.ne.jp plala.or.jp dion.ne.jp auone.jp mac.com live.com msn.com aol.com googlemail.com ymail.com
    mail.com gmx.com gmx.net gmx.de web.de proton.me protonmail.com naver.com hanmail.net daum.net qq.com 163.com
    126.com rakuten.jp rakumail.jp uqmobile.jp mineo.jp disney.ne.jp willcom.com wcm.ne.jp eonet.ne.jp zaq.ne.jp
    jcom.zaq.ne.jp jcom.home.ne.jp asahi-net.or.jp pdx.ne.jp excite.co.jp infoseek.jp goo.jp mail.goo.ne.jp hotmail.fr
    hotmail.it hotmail.es yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.in orange.fr free.fr laposte.net
"""
DOMAINS = tuple(LIST.split())
# Who has only one domain: whatever else stands behind the name is a slip, however far away.
ONLY = {"gmail": "gmail.com", "icloud": "icloud.com", "docomo": "docomo.ne.jp", "ezweb": "ezweb.ne.jp"}
SHORT = 9  # a domain below this length is so close to others that one slip is all we dare to see


def suggestion(email: str) -> str:
    """What was probably meant by this address; nothing where it looks right, or like nothing that we know."""
    local, at, domain = email.strip().rpartition("@")
    domain = domain.lower()
    if not local or not at or not 3 <= len(domain) <= 40 or domain in DOMAINS:
        return ""
    meant = _nearest(domain) or ONLY.get(domain.partition(".")[0], "")
    return f"{local}@{meant}" if meant else ""


@lru_cache(1024)
def _nearest(domain: str) -> str:
    """The known domain that is the fewest slips away, the more used of several; nothing where all are too far."""
    slips, _, near = min((_slips(domain, known), order, known) for order, known in enumerate(DOMAINS))
    return near if slips <= (1 if len(near) < SHORT else 2) else ""


def _slips(typed: str, meant: str) -> int:
    """Damerau's distance: letters too many, missing, wrong, or two neighbours that changed places."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for number, letter in enumerate(typed, start=1):
        above, before, row = before, row, [number]
        for column, wanted in enumerate(meant, start=1):
            best = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != wanted))
            swapped = number > 1 and column > 1 and letter == meant[column - 2] and typed[number - 2] == wanted
            row.append(min(best, above[column - 2] + 1) if swapped else best)
    return row[-1]
