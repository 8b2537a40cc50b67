"""A CAdES signature (ETSI EN 319 122-1) over the exact bytes of the submitted JSON."""

from starter.examiner.submitted_form import SubmittedForm, signed_data_of


def read_cades(content: bytes, signature: bytes) -> SubmittedForm:
    """The form and its signature, not verified yet. Raises what `signed_data_of` raises."""
    signed_data = signed_data_of(signature, content)
    return SubmittedForm(document=content, content=content, covered=content, cms=signature, signed_data=signed_data)
