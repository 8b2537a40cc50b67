"""The key ring that the settings describe, and the folder of checkpoints with the keys that sign them."""

from store.checkpoints import CheckpointFolder, SigningKeys
from store.indexes import SearchIndex
from store.sealing import KeyRing
from wiring.keys import parse_key, parse_keys, parse_search_keys
from wiring.settings import Settings, required


def key_ring(settings: Settings) -> KeyRing:
    """The keys of this installation."""
    searching = parse_search_keys(settings.search_keys) if settings.search_keys else ()
    return KeyRing(
        master_keys=parse_keys(settings.master_keys),
        code_keys=parse_keys(settings.code_keys),
        index_key=parse_key(settings.index_key.get_secret_value()),
        search_ring=tuple(SearchIndex(*entry) for entry in searching),
    )


def checkpoint_folder(settings: Settings) -> CheckpointFolder | None:
    """The folder of checkpoints; `None` where none is set. Raises `SettingsError` where its keys are not given."""
    if settings.checkpoint_folder is None:
        return None
    return CheckpointFolder(settings.checkpoint_folder, SigningKeys(parse_keys(required(settings, "checkpoint_keys"))))
