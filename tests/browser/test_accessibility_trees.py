"""What assistive technology reads of log-in and registration is what was reviewed: each page's tree is a file."""

from tests.support.accessibility_trees import kept, trees
from tests.support.browsing import Person


async def test_a_page_reads_as_its_file_has_it(person: Person) -> None:
    """After a change that is meant, `python -m tests.support.accessibility_trees` writes the files anew."""
    assert await trees(person) == kept(person.version.language)
