"""What Typer finds wrong with a command line, in Hungarian; its own words are English only."""

import re
from typing import Final

_SENTENCES: Final = {
    r"Missing argument (.+)\.": "hiányzik ez az argumentum: {0}.",
    r"Missing option (.+)\.": "hiányzik ez a kapcsoló: {0}.",
    r"No such option: (\S+)": "nincs ilyen kapcsoló: {0}.",
    r"No such option: (\S+) \(Possible options: (.+)\)": "nincs ilyen kapcsoló: {0}; talán: {1}.",
    r"No such command (\S+?)\.": "nincs ilyen parancs: {0}.",
    r"No such command (\S+?)\. Did you mean (.+)\?": "nincs ilyen parancs: {0}; talán: {1}.",
    r"Got unexpected extra argument\(s\) \((.+)\)": "fölösleges: {0}.",
    r"Option (\S+) requires an argument\.": "ehhez a kapcsolóhoz érték kell: {0}.",
    r"Option (\S+) does not take a value\.": "ehhez a kapcsolóhoz nem tartozik érték: {0}.",
    r"Invalid value for (.+?): Input should be a valid integer.*": "{0}: egész szám kell.",
    r"Invalid value for (.+?): Input should be a valid number.*": "{0}: szám kell.",
    r"Invalid value for (.+?): Input should be greater than or equal to (.+)": "{0}: legalább {1} lehet.",
    r"Invalid value for (.+?): Input should be less than or equal to (.+)": "{0}: legfeljebb {1} lehet.",
    r"Invalid value for (.+?): .+ is not one of (.+)\.": "{0}: csak ezek egyike lehet: {1}.",
    r"Invalid value for (.+?): \w+ (.+) does not exist\.": "{0}: nem létezik: {1}.",
}


def in_hungarian(reason: str) -> str:
    """Typer's reason in Hungarian, or as it is where it is none of the frequent ones."""
    for pattern, sentence in _SENTENCES.items():
        if found := re.fullmatch(pattern, reason):
            return sentence.format(*found.groups())
    return reason
