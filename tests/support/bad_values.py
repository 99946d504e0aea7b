"""What a user may give by mistake, and that it is refused by one error."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from rfsl.errors import RfslError

STABLE = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


#: Values that a key may be given by mistake.
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 0, 2**63, float("nan"), float("inf"), 1e308, -1e308, 5e-324]),
    st.text(max_size=12),
    st.sampled_from(["", "../../x", "/etc/passwd", "\0", "a/b", "$(touch x)", "{wildcard}", "1e3"]),
    st.lists(st.integers(), max_size=3),
    st.lists(st.text(max_size=4), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
    st.dictionaries(st.integers(), st.none(), max_size=2),
)


def one_error(make: Any) -> str | None:
    """The message, if what is made is refused; any other kind of exception is a fault."""
    try:
        make()
    except RfslError as error:
        assert str(error) and len(str(error)) < 20_000
        return str(error)
    return None
