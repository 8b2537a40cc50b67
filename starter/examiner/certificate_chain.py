"""Is the signer's certificate trusted at a moment? Chain, validity, revocation (RFC 5280); never over the network."""

from datetime import datetime

from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator import errors as path_errors

from registration.signature_errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    RevocationUnknown,
    UnknownAuthority,
    WeakSignature,
)
from starter.examiner.algorithms import SafeAlgorithms
from starter.examiner.integrity import IntactSignature
from starter.examiner.trust import Trust


async def check_chain(signed: IntactSignature, trust: Trust, moment: datetime) -> None:
    """Checks the chain; where revocation lists are kept, each certificate but the root needs one in force without it.

    Raises `UnknownAuthority`, `CertificateExpired`, `CertificateNotYetValid`, `CertificateRevoked`,
    `RevocationUnknown`, `WeakSignature`.
    """
    context = ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=signed.chain,
        moment=moment,
        allow_fetching=False,
        crls=trust.lists or (),
        revocation_mode="none" if trust.lists is None else "require",
        algorithm_usage_policy=SafeAlgorithms(),
    )
    paths = context.path_builder.async_build_paths_lazy(signed.certificate)
    try:
        await find_valid_path(signed.certificate, paths, validation_context=context)
    except path_errors.ExpiredError:
        raise CertificateExpired from None
    except path_errors.NotYetValidError:
        raise CertificateNotYetValid from None
    except path_errors.RevokedError:
        raise CertificateRevoked from None
    except path_errors.InsufficientRevinfoError:
        raise RevocationUnknown from None
    except path_errors.DisallowedAlgorithmError:
        raise WeakSignature from None
    except (path_errors.PathError, path_errors.ValidationError):
        raise UnknownAuthority from None
