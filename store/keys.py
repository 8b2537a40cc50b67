"""The key ring that the settings describe."""

from store.sealing import KeyRing
from wiring.settings import Settings, parse_key, parse_keys


def key_ring(settings: Settings) -> KeyRing:
    """The keys of this installation."""
    return KeyRing(
        master_keys=parse_keys(settings.master_keys),
        code_keys=parse_keys(settings.code_keys),
        index_key=parse_key(settings.index_key.get_secret_value()),
    )
