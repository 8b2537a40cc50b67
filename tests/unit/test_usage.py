"""What Typer refuses is said in the language asked for; the sentences of the installed Typer are the ones we know."""

import re

import pytest

from registration.statuses import Language
from starter.cli import app


@pytest.mark.parametrize(
    ("typed", "hungarian"),
    [
        ("describe", "hiányzik ez az argumentum: 'ID'."),
        ("admin extend account x", "hiányzik ez a kapcsoló: '--until'."),
        ("describe --foo", "nincs ilyen kapcsoló: --foo."),
        ("describe x --lnag en", "nincs ilyen kapcsoló: --lnag; talán: --lang."),
        ("nonsense", "nincs ilyen parancs: 'nonsense'."),
        ("descrbe", "nincs ilyen parancs: 'descrbe'; talán: 'describe'."),
        ("describe a b c", "fölösleges: b c."),
        ("inbox --to", "ehhez a kapcsolóhoz érték kell: '--to'."),
        ("--json=1", "ehhez a kapcsolóhoz nem tartozik érték: '--json'."),
        ("inbox x", "'NUMBER': egész szám kell."),
        ("admin import f --source x --rate z", "'--rate': szám kell."),
        ("admin import f --source x --rate 0", "'--rate': legalább 0.1 lehet."),
        ("api --port 70000", "'--port': legfeljebb 65535 lehet."),
        ("worker --queue x", "'--queue': csak ezek egyike lehet: 'registration', 'letters'."),
        ("audit verify --all --checkpoints /none", "'--checkpoints': nem létezik: '/none'."),
    ],
)
def test_frequent_mistakes_are_told_in_both_languages(
    typed: str, hungarian: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UGYFELKAPU_LANG", Language.HU)
    assert app._run(typed.split()) == 2
    assert capsys.readouterr().err == f"Hibás parancs: {hungarian}\n"
    monkeypatch.setenv("UGYFELKAPU_LANG", Language.EN)
    assert app._run(typed.split()) == 2
    assert re.fullmatch(r"The command line is wrong: [A-Z].+\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"LANG": "hu_HU.UTF-8"}, "Hibás parancs:"),
        ({"LANG": "en_GB.UTF-8"}, "The command line is wrong:"),
        ({"LANG": "C"}, "The command line is wrong:"),
        ({"LANG": "hu_HU.UTF-8", "UGYFELKAPU_LANG": "en"}, "The command line is wrong:"),
        ({"LANG": "en_GB.UTF-8", "UGYFELKAPU_LANG": "hu"}, "Hibás parancs:"),
    ],
)
def test_a_command_speaks_the_language_of_the_locale_unless_the_variable_names_another(
    variables: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "UGYFELKAPU_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert app._run(["nonsense"]) == 2
    assert capsys.readouterr().err.startswith(sentence)
