"""What was put in place without an entry of the access record is found, and named as auditors know it."""

import pytest

from audit.verification.administered import AdministeredContents
from audit.verification.findings import FindingKind
from registration.administration import Administered, Content

NAMED = {
    Administered.POLICY: ("policy 7", FindingKind.POLICY_DIFFERS, "the policy"),
    Administered.OFFICE: ("office 7", FindingKind.OFFICE_DIFFERS, "the office"),
    Administered.STAFF: ("staff 7", FindingKind.STAFF_DIFFERS, "the disabling"),
    Administered.EXTENSION: ("extension 7", FindingKind.EXTENSION_DIFFERS, "what was asked for"),
    Administered.APPROVAL: ("extension 7", FindingKind.EXTENSION_DIFFERS, "the approval"),
    Administered.LIST: ("extension 7", FindingKind.EXTENSION_DIFFERS, "the list of accounts"),
}


def test_all_are_compared_but_checkpoints_which_are_files_with_signatures_of_their_own() -> None:
    assert set(Administered) - set(NAMED) == {Administered.CHECKPOINT}


@pytest.mark.parametrize("about", NAMED)
def test_a_content_without_an_entry_is_a_finding_about_its_row(about: Administered) -> None:
    (finding,) = AdministeredContents().differing([Content(about, "7", "0" * 64)], [])
    named, kind, text = NAMED[about]
    assert (finding.about, finding.kind) == (named, kind)
    assert str(finding.sentence) == f"{text} is not one that an entry of the access record put in place"
