"""The protocol between the gateway and an examining process, over the process's standard input and output.

A question is `ASK`, a length and the JSON of a `Submission`. Its answer is how the child that examined it ended (as
`subprocess` counts: 0, or minus the signal that ended it), a length and the JSON of an `Examination`. Each question
has one answer, and is asked when the one before has been answered. `STOP` ends the child that is at work; the answer
then says so. The end of the input ends everything.
"""

import struct
from typing import Final

ASK: Final = b"?"
STOP: Final = b"!"
LENGTH: Final = struct.Struct(">I")
ANSWER: Final = struct.Struct(">iI")
