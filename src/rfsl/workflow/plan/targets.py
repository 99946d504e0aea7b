"""Checks of the files that a user asks for, before Snakemake looks for rules that make them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from snakemake.cli import get_argument_parser
from snakemake.io import strip_wildcard_constraints

from rfsl.config.load import merge_overlays
from rfsl.errors import ConfigError, RfslError, did_you_mean
from rfsl.flights.trial import ALL_FOLD, NO_FOLD
from rfsl.propagation.models import MODELS
from rfsl.workflow.plan.plan import Plan
from rfsl.workflow.plan.shipped import CHECKOUT

#: What the name of each wildcard stands for, in words for messages.
_KINDS = {
    "trial": "trial",
    "fold": "location (fold)",
    "mode": "mode",
    "propagation": "propagation model",
    "representation": "representation",
    "network": "network",
    "field": "set of fields",
    "estimator": "estimator",
}
_WILDCARD = re.compile(r"\{(\w+)\}")


def asked_for(command: Sequence[str]) -> list[str]:
    """Files and rules that a command of Snakemake names; none if it is another command.

    A Snakefile cannot ask Snakemake for them, which reads the Snakefile first.

    Args:
        command: the words of the command, as in `sys.argv`.

    Example:
        >>> asked_for(["/usr/bin/snakemake", "--cores", "2", "results/figures/fig1.pdf", "-n"])
        ['results/figures/fig1.pdf']
        >>> asked_for(["pytest", "results/figures/fig1.pdf"])
        []
    """
    if not {"snakemake", "snakemake.exe"} & set(Path(command[0]).parts[-2:]):
        return []
    try:
        return list(get_argument_parser().parse_args(list(command[1:])).targets)
    except (SystemExit, Exception):  # the parser of Snakemake itself has told what is wrong
        return []


def check_targets(
    plan: Plan, targets: Iterable[str], outputs: Iterable[str], rules: Collection[str]
) -> None:
    """Check that the config has every name in the paths that a user asks for.

    Args:
        plan: the plan of the config.
        targets: files or rules that the user asks for; files outside results/ are not checked.
        outputs: patterns of the files that rules make.
        rules: names of the rules.

    Raises:
        ConfigError: a path has a trial, fold, mode or the like that the config does not have, or no
            rule makes it. The message has the nearest name, and an overlay that has the name.
    """
    patterns = [strip_wildcard_constraints(output) for output in outputs]
    for target in targets:
        if target in rules or not target.startswith("results/"):
            continue
        found = [names for pattern in patterns if (names := _names_in(pattern, target))]
        fixed = {pattern for pattern in patterns if not _WILDCARD.search(pattern)}
        if target in fixed or any(not unknown_names(plan, names) for names in found):
            continue
        if not found:
            raise ConfigError(f"{target}: no rule makes this file.{did_you_mean([target], fixed)}")
        kind, name = next(iter(unknown_names(plan, found[0]).items()))
        known = known_names(plan)[kind]
        hint = did_you_mean([name], known)
        if overlays := _overlays_with(kind, name):
            hint = f" {', '.join(overlays)} has it: add --configfile={overlays[0]}."
        raise ConfigError(
            f"{target}: the config has no {_KINDS[kind]} {name}.{hint} It has "
            f"{', '.join(sorted(known)) or 'none'}"
        )


def known_names(plan: Plan) -> dict[str, set[str]]:
    """Names that each wildcard may have with a config, by wildcard."""
    locations = {trial.location for trial in plan.trials.values()}
    return {
        "trial": set(plan.trials),
        "fold": {*locations, NO_FOLD, ALL_FOLD},
        "mode": set(plan.modes),
        "propagation": {*MODELS, *(str(mode.propagation) for mode in plan.modes.values())},
        "representation": set(plan.representations),
        "network": set(plan.config.heatmaps.networks),
        "field": set(plan.config.fields.sets),
        "estimator": {*plan.config.fields.estimators, *plan.config.fields.results},
    }


def unknown_names(plan: Plan, names: dict[str, str]) -> dict[str, str]:
    """Those of a path's names that a config does not have, by wildcard."""
    known = known_names(plan)
    if "field" in names:  # a set of fields has trials and folds of its own
        known = {kind: known[kind] for kind in ("field", "estimator")}
    return {kind: name for kind, name in names.items() if kind in known and name not in known[kind]}


def _names_in(pattern: str, target: str) -> dict[str, str]:
    """The wildcards of a path by name; empty if it does not fit, or if there are none."""
    parts, seen = [], set[str]()
    for number, part in enumerate(_WILDCARD.split(pattern)):
        if number % 2 == 0:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>[^/]+)")
            seen.add(part)
    found = re.fullmatch("".join(parts), target)
    return found.groupdict() if found else {}


def _overlays_with(kind: str, name: str) -> list[str]:
    """The overlays in config/ with which a name is known."""
    found = []
    for path in sorted((CHECKOUT / "config").rglob("*.yaml")):
        try:
            plan = Plan.of(merge_overlays([path]))
        except RfslError:  # such as an overlay that goes with another one
            continue
        if name in known_names(plan)[kind]:
            here = path.relative_to(CHECKOUT)
            found.append(str(here if Path(here).exists() else path))
    return found
