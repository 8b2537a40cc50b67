"""What only the command line refuses."""

from registration.sentences import Phrases, Sentence


class CliProblem(Phrases):
    """One sentence each."""

    NO_INSTALLATION = (
        "No installation is known: run `ugyfelkapu dev` in this folder, or set UGYFELKAPU_DATABASE_URL; a "
        "TEMPORAL_ADDRESS other than that of `ugyfelkapu dev` needs it too."
    )
    NOT_EMBEDDED = (
        "This works in the embedded environment only: run `ugyfelkapu dev` in this folder, and name no other database "
        "or Temporal."
    )
    FOLDER_IN_USE = "--data: an environment runs on this folder already; stop it, or name another folder."
    FOLDER_UNUSABLE = "--data: the folder cannot be written ({reason})."
    EXTRA_MISSING = "The embedded environment is not installed: install ugyfelkapu[dev]."
    SERVER_FAILED = "A server of the embedded environment failed: {reason}"
    FILE_UNREADABLE = "{field}: the file cannot be read ({reason})."
    FILE_UNWRITABLE = "{field}: the file cannot be written ({reason})."
    NO_SUCH_LETTER = "NUMBER: there is no such letter; the number of letters is {count}."
    NOTHING_BY_ITSELF = "Nothing will happen to this registration by itself: there is no date to skip to."
    TIME_NOT_SKIPPED = "The time of this registration cannot be skipped: it has ended."
    NOT_TOGETHER = "{option}: cannot be given together with {other}."
    NOT_FOR_ROLE = "--office: the role {role} acts for no office; leave it out."
    OPTION_TOO_EARLY = "{option}: belongs behind the subcommand {command}, or has no meaning for it."
    NO_ENVIRONMENT = (
        "--data: no environment runs on this folder, or UGYFELKAPU_DATABASE_URL or TEMPORAL_ADDRESS names another."
    )
    NO_LETTER_TO = "NUMBER: this letter went to another address than --to; without NUMBER those to it are listed."
    NO_LETTER_YET = "--last: no such letter has arrived."
    ONE_WAY_TO_GO = "DURATION: give either a duration or --to-next-step."
    ONE_WAY_TO_VERIFY = (
        "ID: give either an ID or --all; --against, --checkpoints, --processes and --resume go with --all."
    )
    PROGRESS_UNUSABLE = (
        "--resume: no verification can be continued from this file: {reason}. It is left as it is; name another file."
    )
    VERIFIER_ENDED = (
        "A process of the verification was ended from outside, perhaps because there was too little memory, so it is "
        "not done: run it again, with fewer --processes."
    )
    VERIFICATION_INTERRUPTED = (
        "Interrupted; registrations verified: {count}. With --resume FILE a run can be continued after an interruption."
    )
    VERIFICATION_KEPT = "Interrupted; registrations verified: {count}. The same command continues from {file}."
    VERIFICATION_CONTINUED = "Continued from {file}: a run that began {begun} has verified a part of it."
    FINDINGS_NOT_KEPT = "Found by the earlier run, and not among the findings shown now: {count}."
    ONE_WAY_TO_EXTEND = "--days: give either --days or --to-anniversary."
    NO_TERMINAL = "{field}: must be typed in a terminal, given with --stdin, or in the variable {variable}."
    SIGNAL_REFUSED = "The extension was refused ({reason}); the record has the event."
    LINES_REFUSED = "Lines refused: {count}; {report} says which and why. Lines done: {done}."
    ALL_LINES_REFUSED = "Nothing was taken over, because every line was refused ({count}); {report} says why."
    LINES_WOULD_BE_REFUSED = (
        "Lines that would be refused: {count}; {report} says which and why. Nothing was taken over."
    )
    LINES_UNLISTED = (
        "Lines that would be refused: {count}; add --report FILE to see which and why. Nothing was written."
    )
    REPLAY_DIFFERS = "Runs that do not follow from the present code, or whose history is missing: {count} of {all}."
    NOTHING_TO_REPLAY = (
        "Nothing was replayed, so nothing is proven: this namespace has no open registration, and the archive no run."
    )
    REHEARSAL_FAILED = "The rehearsal failed: {reason}."
    MORE_FOUND = "There are more than these 50: search by a receipt number or a user name, which only one has."
    OLDER_EXTENSIONS = "There are older ones: add --older-than {last}."
    SIGNAL_OR_ANSWER = "--signal: a signal only reactivates; leave out --email."
    USAGE = "The command line is wrong: {reason}"
    UNEXPECTED = "unexpected error: {reason}"

    def with_facts(self, **facts: str) -> Sentence:
        """The sentence with its blanks filled."""
        return Sentence(self, facts)
