"""Colours of the figures."""

from __future__ import annotations

#: Okabe and Ito's palette, which colour-blind readers can tell apart, then Paul Tol's muted one,
#: then three more.
COLORS = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000"),
    *("#332288", "#88CCEE", "#DDCC77", "#CC6677", "#999933", "#882255", "#44AA99", "#117733"),
    *("#AA4499", "#7F7F7F", "#A6611A"),
)

#: Colours that are the same on every map: the areas, the true source, the 50 % and 90 % regions.
FLIGHT_AREA, SOURCE_AREA, SOURCE = "#0072B2", "#009E73", "#D55E00"
REGIONS = ("#D55E00", "#E69F00")

#: Colours lighter than this, from 0 (black) to 1 (white), get an outline on white paper.
_PALE = 0.5


def outline(color: str) -> str:
    """Colour of the outline of a mark: darker than a pale colour, else the colour itself.

    Args:
        color: `#` and six hexadecimal digits.

    Example:
        >>> outline("#F0E442"), outline("#0072B2")
        ('#787221', '#0072B2')
    """
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    lightness = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255.0
    return f"#{red // 2:02X}{green // 2:02X}{blue // 2:02X}" if lightness > _PALE else color
