"""What Typer finds wrong with a command line, as message ids: its own sentences are English only."""

import re
from typing import Final

from registration.sentences import N_, Sentence

_SENTENCES: Final = (
    (r"Missing argument (?P<name>.+)\.", N_("Missing argument {name}.")),
    (r"Missing option (?P<name>.+)\.", N_("Missing option {name}.")),
    (r"No such option: (?P<name>\S+)", N_("No such option: {name}")),
    (
        r"No such option: (?P<name>\S+) \(Possible options: (?P<others>.+)\)",
        N_("No such option: {name} (Possible options: {others})"),
    ),
    (r"No such command (?P<name>\S+?)\.", N_("No such command {name}.")),
    (
        r"No such command (?P<name>\S+?)\. Did you mean (?P<others>.+)\?",
        N_("No such command {name}. Did you mean {others}?"),
    ),
    (r"Got unexpected extra argument\(s\) \((?P<name>.+)\)", N_("Got unexpected extra argument(s) ({name})")),
    (r"Option (?P<name>\S+) requires an argument\.", N_("Option {name} requires an argument.")),
    (r"Option (?P<name>\S+) does not take a value\.", N_("Option {name} does not take a value.")),
    (
        r"Invalid value for (?P<name>.+?): Input should be a valid integer.*",
        N_("Invalid value for {name}: a whole number is needed."),
    ),
    (
        r"Invalid value for (?P<name>.+?): Input should be a valid number.*",
        N_("Invalid value for {name}: a number is needed."),
    ),
    (
        r"Invalid value for (?P<name>.+?): Input should be greater than or equal to (?P<least>.+)",
        N_("Invalid value for {name}: it must be at least {least}."),
    ),
    (
        r"Invalid value for (?P<name>.+?): Input should be less than or equal to (?P<most>.+)",
        N_("Invalid value for {name}: it must be at most {most}."),
    ),
    (
        r"Invalid value for (?P<name>.+?): .+ is not one of (?P<choices>.+)\.",
        N_("Invalid value for {name}: it must be one of {choices}."),
    ),
    (
        r"Invalid value for (?P<name>.+?): \w+ (?P<path>.+) does not exist\.",
        N_("Invalid value for {name}: {path} does not exist."),
    ),
)


def in_our_words(reason: str) -> Sentence | str:
    """The sentence for Typer's reason; the reason as it is where it is none of the frequent ones."""
    for pattern, sentence in _SENTENCES:
        if found := re.fullmatch(pattern, reason):
            return Sentence(sentence, found.groupdict())
    return reason
