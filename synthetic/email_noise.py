"""What happens to e-mail addresses: slips in the domain, tags and dots."""

from __future__ import annotations

from synthetic.slips import Corrupt, pick, without

_DOMAIN_SLIPS = {
    "gmail.com": ("gmial.com", "gmai.com", "gmail.con", "gmal.com", "gmail.co", "googlemail.com"),
    "yahoo.com": ("yaho.com", "yahoo.con", "yahooo.com", "ymail.com", "yahoo.co"),
    "outlook.com": ("outlok.com", "outlook.con", "hotmail.com"),
    "hotmail.com": ("hotmial.com", "hotmai.com", "hotmail.con", "homail.com", "outlook.com"),
    "icloud.com": ("iclod.com", "icloud.con", "me.com"),
    "aol.com": ("aol.con", "aoll.com"),
    "comcast.net": ("comcast.com", "comcast.ne"),
    "gmx.de": ("gmx.net", "gmx.dw", "gnx.de"),
    "web.de": ("web.dr", "wep.de"),
    "t-online.de": ("tonline.de", "t-onlin.de"),
    "hotmail.co.uk": ("hotmail.com", "hotmail.co.ik", "hotmial.co.uk"),
    "yahoo.co.uk": ("yahoo.com", "yaho.co.uk"),
    "yahoo.co.in": ("yahoo.com", "yahoo.in"),
    "rediffmail.com": ("rediffmal.com", "rediff.com"),
}
_TAGS = ("shop", "store", "orders", "news", "retail", "spam", "promo")


def domain_slip(address: str, dice: int) -> str:
    """gmail.com becomes gmial.com or, as often in earnest, another domain of the provider."""
    local, _, domain = address.partition("@")
    slips = _DOMAIN_SLIPS.get(domain)
    return f"{local}@{pick(slips, dice)}" if slips else f"{local}@{_letter_lost(domain, dice)}"


def plus_tag(address: str, dice: int) -> str:
    """ann@gmail.com becomes ann+shop@gmail.com."""
    local, _, domain = address.partition("@")
    return f"{local}+{pick(_TAGS, dice)}@{domain}"


def dot_variant(address: str, dice: int) -> str:
    """A dot comes or goes in a Gmail address, where dots mean nothing."""
    local, _, domain = address.partition("@")
    if domain != "gmail.com" or len(local) < 3:
        return address
    if "." in local:
        return f"{local.replace('.', '')}@{domain}"
    place = 1 + dice % (len(local) - 1)
    return f"{local[:place]}.{local[place:]}@{domain}"


def in_local_part(corrupt: Corrupt) -> Corrupt:
    """The same slip, kept to what stands before the @."""

    def slip(address: str, dice: int) -> str:
        local, at, domain = address.partition("@")
        return f"{corrupt(local, dice)}{at}{domain}"

    return slip


def _letter_lost(domain: str, dice: int) -> str:
    """The domain without one of the letters before its last dot but the first."""
    spots = [place for place in range(1, domain.rfind(".")) if domain[place].isalnum()]
    return without(domain, spots[dice % len(spots)]) if spots else domain
