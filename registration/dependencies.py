"""What an operation may wait for in vain, as an operator knows it; clients and portals are not shown which it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from registration.sentences import N_, Sentence


@dataclass(frozen=True)
class _Row:
    """`setting` is the variable to look at first, if any; the message names dependency, setting and next step."""

    setting: str | None
    message: str


class Dependency(Enum):
    """One that did not do its part. The blanks are filled by the facts of the error."""

    DATABASE = _Row(
        "UGYFELKAPU_DATABASE_URL",
        N_(
            "PostgreSQL does not answer{because}: check that it runs and that UGYFELKAPU_DATABASE_URL names it; what "
            "was accepted goes on by itself."
        ),
    )
    TEMPORAL = _Row(
        "TEMPORAL_ADDRESS",
        N_(
            "Temporal does not answer{because}: check that it runs and that TEMPORAL_ADDRESS names it; what was "
            "accepted goes on by itself."
        ),
    )
    WORKER = _Row(
        "TEMPORAL_NAMESPACE",
        N_(
            "No worker answers{because}: check that `ugyfelkapu worker` runs, with the same TEMPORAL_ADDRESS and "
            "TEMPORAL_NAMESPACE; what was accepted goes on by itself."
        ),
    )
    HASHING = _Row(
        "UGYFELKAPU_HASHING_THREADS",
        N_("Too many passwords wait to be checked: start more APIs, or raise UGYFELKAPU_HASHING_THREADS."),
    )
    TOKEN_KEYS = _Row(
        "UGYFELKAPU_TOKEN_KEYS",
        N_(
            "The keys of the tokens' issuer cannot be reached{because}: check that the address in "
            "UGYFELKAPU_TOKEN_KEYS answers."
        ),
    )
    SIGN_IN = _Row(
        "UGYFELKAPU_STAFF_ISSUER",
        N_(
            "The staff's sign-in service cannot be used{because}: check that the address in UGYFELKAPU_STAFF_ISSUER "
            "answers, and that UGYFELKAPU_STAFF_CLIENT_ID is registered there with its key or secret."
        ),
    )
    TRUST = _Row(
        "UGYFELKAPU_SIGNATURE_TRUST_ROOTS",
        N_(
            "A trusted authority or a revocation list cannot be read{because}: correct the file in the folder of "
            "UGYFELKAPU_SIGNATURE_TRUST_ROOTS or UGYFELKAPU_SIGNATURE_REVOCATION_LISTS."
        ),
    )
    SIGNATURE_READER = _Row(
        None, N_("The process that reads signatures did not finish{because}: try again later, or start more APIs.")
    )
    KEY = _Row(None, N_("{setting}: this process lacks the key {key}: give it the key and start it again."))

    def sentence(self, facts: Mapping[str, str]) -> Sentence:
        """The sentence for an operator; `reason`, if given, is the kind of error that was met."""
        because = f" ({facts['reason']})" if "reason" in facts else ""
        return Sentence(self.value.message, {**facts, "because": because})

    def setting(self, facts: Mapping[str, str]) -> str | None:
        """The environment variable to look at first; that of a key is a fact."""
        return facts.get("setting", self.value.setting)
