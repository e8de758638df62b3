"""The hub's access token; kept by huggingface-hub, where other tools find it too. Never printed, never in an event."""

from __future__ import annotations

from lowbit_core.errors import UserError
from lowbit_core.source.hub_client import BRISK, Patience, endpoint, explained, with_retries


def token_owner(*, patience: Patience = BRISK) -> str:
    """Name of the account whose token is saved; empty where none is.

    Raises:
        UserError: ``token-invalid``, offline.
    """
    from huggingface_hub import get_token

    token = get_token()
    return _owner(token, patience) if token else ""


def set_token(token: str, *, patience: Patience = BRISK) -> str:
    """Check a token with the hub and keep it; the account's name.

    Raises:
        UserError: ``token-invalid`` (nothing is kept), offline.
    """
    from huggingface_hub import login

    token = token.strip()
    if not token or any(character.isspace() for character in token):
        raise _invalid()
    owner = _owner(token, patience)
    with explained("the token"):
        login(token=token, add_to_git_credential=False)
    return owner


def forget_token() -> None:
    """Remove every saved token; one in the environment (HF_TOKEN) stays."""
    import contextlib

    from huggingface_hub import logout

    with contextlib.suppress(OSError):  # says so when HF_TOKEN still logs in
        logout()


def _owner(token: str, patience: Patience) -> str:
    def ask() -> str:
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError

        with explained("the token"):
            try:
                return str(HfApi(endpoint=endpoint()).whoami(token=token).get("name", ""))
            except HfHubHTTPError as error:
                if error.response is not None and error.response.status_code in (401, 403):
                    raise _invalid() from error
                raise

    return with_retries(ask, patience)


def _invalid() -> UserError:
    return UserError(
        "token-invalid",
        "The hub does not accept this access token.",
        hint=f"Copy it whole from {endpoint()}/settings/tokens; it starts with hf_ and needs the right to read.",
        action="enter-token",
    )
