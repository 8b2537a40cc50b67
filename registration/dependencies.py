"""What an operation may wait for in vain, as an operator knows it; clients and portals are not shown which it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from registration.words import Words


@dataclass(frozen=True)
class _Row:
    """`setting` is the variable to look at first, if any; the words name dependency, setting and next step."""

    setting: str | None
    words: Words


class Dependency(Enum):
    """One that did not do its part. The blanks are filled by the facts of the error."""

    DATABASE = _Row(
        "UGYFELKAPU_DATABASE_URL",
        Words(
            "A PostgreSQL nem válaszol{because}: nézze meg, hogy fut-e, és hogy az UGYFELKAPU_DATABASE_URL erre "
            "mutat-e; amit a szolgáltatás már elfogadott, magától folytatódik.",
            "PostgreSQL does not answer{because}: check that it runs and that UGYFELKAPU_DATABASE_URL names it; what "
            "was accepted goes on by itself.",
        ),
    )
    TEMPORAL = _Row(
        "TEMPORAL_ADDRESS",
        Words(
            "A Temporal nem válaszol{because}: nézze meg, hogy fut-e, és hogy a TEMPORAL_ADDRESS erre mutat-e; amit a "
            "szolgáltatás már elfogadott, magától folytatódik.",
            "Temporal does not answer{because}: check that it runs and that TEMPORAL_ADDRESS names it; what was "
            "accepted goes on by itself.",
        ),
    )
    WORKER = _Row(
        "TEMPORAL_NAMESPACE",
        Words(
            "A worker nem válaszol{because}: nézze meg, hogy fut-e az `ugyfelkapu worker`, azonos TEMPORAL_ADDRESS és "
            "TEMPORAL_NAMESPACE mellett; amit a szolgáltatás már elfogadott, magától folytatódik.",
            "No worker answers{because}: check that `ugyfelkapu worker` runs, with the same TEMPORAL_ADDRESS and "
            "TEMPORAL_NAMESPACE; what was accepted goes on by itself.",
        ),
    )
    HASHING = _Row(
        "UGYFELKAPU_HASHING_THREADS",
        Words(
            "Túl sok jelszó vár ellenőrzésre: indítson több API-t, vagy emelje az UGYFELKAPU_HASHING_THREADS értékét.",
            "Too many passwords wait to be checked: start more APIs, or raise UGYFELKAPU_HASHING_THREADS.",
        ),
    )
    TOKEN_KEYS = _Row(
        "UGYFELKAPU_TOKEN_KEYS",
        Words(
            "A tokenek kiállítójának kulcsai nem érhetők el{because}: nézze meg, hogy az UGYFELKAPU_TOKEN_KEYS címe "
            "válaszol-e.",
            "The keys of the tokens' issuer cannot be reached{because}: check that the address in "
            "UGYFELKAPU_TOKEN_KEYS answers.",
        ),
    )
    TRUST = _Row(
        "UGYFELKAPU_SIGNATURE_TRUST_ROOTS",
        Words(
            "Egy megbízható kibocsátó vagy visszavonási lista nem olvasható{because}: javítsa ki a fájlt az "
            "UGYFELKAPU_SIGNATURE_TRUST_ROOTS vagy az UGYFELKAPU_SIGNATURE_REVOCATION_LISTS mappájában.",
            "A trusted authority or a revocation list cannot be read{because}: mend the file in the folder of "
            "UGYFELKAPU_SIGNATURE_TRUST_ROOTS or UGYFELKAPU_SIGNATURE_REVOCATION_LISTS.",
        ),
    )
    SIGNATURE_READER = _Row(
        None,
        Words(
            "Az aláírásokat olvasó folyamat nem végzett{because}: próbálja később, vagy indítson több API-t.",
            "The process that reads signatures did not finish{because}: try again later, or start more APIs.",
        ),
    )
    KEY = _Row(
        None,
        Words(
            "{setting}: ennek a folyamatnak nincs meg a(z) {key} kulcsa: adja meg neki, és indítsa újra.",
            "{setting}: this process lacks the key {key}: give it the key and start it again.",
        ),
    )

    def words(self, facts: Mapping[str, str]) -> Words:
        """The sentence for an operator; `reason`, if given, is the kind of error that was met."""
        because = f" ({facts['reason']})" if "reason" in facts else ""
        return self.value.words.filled({**facts, "because": because})

    def setting(self, facts: Mapping[str, str]) -> str | None:
        """The environment variable to look at first; that of a key is a fact."""
        return facts.get("setting", self.value.setting)
