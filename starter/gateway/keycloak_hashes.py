"""Keycloak's password credentials, as a realm's export or the columns of its database have them, in the usual form.

Keycloak's documentation, "Importing and exporting realms", and its classes PasswordCredentialData and
PasswordSecretData: `credentialData` has algorithm and parameters, `secretData` salt and key, each a JSON text.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

_PBKDF2: Final = {"pbkdf2-sha256", "pbkdf2-sha512"}
_ARGON2_VERSIONS: Final = {"1.0": 16, "1.3": 19}


def credential_of_columns(secret_data: str, credential_data: str) -> str:
    """The credential as an export has it, from the columns SECRET_DATA and CREDENTIAL_DATA of Keycloak's database."""
    return json.dumps({"secretData": secret_data, "credentialData": credential_data})


def phc_of_keycloak(credential: str) -> str | None:
    """A credential's JSON as `$pbkdf2-…$` (passlib) or `$argon2…$` (PHC); `None` where it is no such credential."""
    try:
        exported = json.loads(credential)
        secret, parameters = _part(exported, "secretData"), _part(exported, "credentialData")
        salt, key = (str(secret[name]).rstrip("=") for name in ("salt", "value"))
        algorithm, iterations = parameters["algorithm"], int(parameters["hashIterations"])
        if algorithm in _PBKDF2:
            return f"${algorithm}${iterations}${salt.replace('+', '.')}${key.replace('+', '.')}"
        if algorithm == "argon2":
            more = {name: values[0] for name, values in parameters["additionalParameters"].items() if values}
            version = _ARGON2_VERSIONS[more["version"]]
            costs = f"m={int(more['memory'])},t={iterations},p={int(more['parallelism'])}"
            return f"$argon2{more['type']}$v={version}${costs}${salt}${key}"
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        pass
    return None


def _part(exported: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object, or the text of one. Raises `ValueError`, `TypeError`, `KeyError`."""
    found = exported[name]
    part: Mapping[str, Any] = json.loads(found) if isinstance(found, str) else found
    return part
