# SPDX-License-Identifier: Apache-2.0
"""A scenario: the cases that a folder of lab/scenarios holds, each a function that makes a fault, or none, and is judged."""
import dataclasses
import importlib.util
import pathlib
import typing

FAULT, TWIN, LOOK_ALIKE, MIXED = KINDS = ("fault", "twin", "look_alike", "mixed")
EVIDENCE = ("live", "capture", "recorded", "replay")  # the first two are made here, on virtual links


@dataclasses.dataclass(frozen=True)
class Case:
    scenario: str
    kind: str
    name: str
    expected: typing.Union[str, list, None]
    run: typing.Callable
    tools: tuple = ()
    knobs: tuple = ()  # sysctls of the whole machine that it changes
    evidence: str = "live"
    is_blind: bool = False  # there is what wirecause cannot see, and it has to say so
    at: str = "warning"  # lowest severity at which it is to be named
    never: frozenset = frozenset()  # ids that a twin may not show at any severity: those of its faults
    load: dict = dataclasses.field(default_factory=dict)  # limits of what is drawn: Dice.load()

    @property
    def what(self):
        return " ".join((self.run.__doc__ or "").split())


@dataclasses.dataclass(frozen=True)
class Scenario:
    id: str
    title: str
    cases: list


def case(kind, expected=None, *, tools=(), knobs=(), evidence="live", at="warning", is_blind=False, **load):
    """Marks a function of a scenario. `expected`: the id to be named, the ids (mixed), or None; at="info" where nothing is
    lost and the cause is only to be told; is_blind=True: of a twin that wirecause has to admit not to see; the other words limit what is drawn: framings=("mold",), rate=(2000, 4000),
    count=(1, 1), size=(40, 40)."""
    if kind not in KINDS or evidence not in EVIDENCE:
        raise ValueError(f"case({kind!r}, evidence={evidence!r}): {', '.join(KINDS)}; {', '.join(EVIDENCE)}")
    if (kind == TWIN) != (expected is None):
        raise ValueError(f"case({kind!r}, {expected!r}): a twin names nothing, everything else names something")

    def mark(function):
        function.lab_case = {"kind": kind, "expected": expected, "tools": tuple(tools), "knobs": tuple(knobs),
                             "evidence": evidence, "at": at, "is_blind": is_blind, "load": load}
        return function
    return mark


def load_scenario(folder):
    path = pathlib.Path(folder) / "scenario.py"
    identifier = path.parent.name
    spec = importlib.util.spec_from_file_location(f"scenario_{identifier}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    marked = [(name, value) for name, value in vars(module).items() if hasattr(value, "lab_case")]
    faults = frozenset(value.lab_case["expected"] for _, value in marked if value.lab_case["kind"] == FAULT)
    cases = [Case(identifier, name=name, run=value, never=faults, **value.lab_case) for name, value in marked]
    if not cases:
        raise ValueError(f"{path}: no function is marked @case(...)")
    return Scenario(identifier, " ".join((module.__doc__ or "").split()), cases)


def scenario_ids(root):
    return sorted(path.parent.name for path in pathlib.Path(root).glob("*/scenario.py"))


def variations_of(scenario, kinds, count):
    """(case, variation, draw): the cases of one kind share the variation's numbers, so that (kind, variation) tells a run; the
    draw is the case's own number, so that what it draws stays what it was when another case is added."""
    for kind in kinds:
        cases = [c for c in scenario.cases if c.kind == kind]
        for draw in range(count):
            for at, found in enumerate(cases):
                yield found, draw * len(cases) + at, draw
