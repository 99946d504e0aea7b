"""Colours of the figures."""

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
