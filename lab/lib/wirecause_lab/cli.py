# SPDX-License-Identifier: Apache-2.0
"""The program wirecause-lab: its arguments, its commands and its exit codes."""
import argparse
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import sys

from . import congestion, judge, leftovers, matrix, namespaces, table
from .outcome import SKIPPED
from .programs import program
from .runs import run_case
from .scenario import KINDS, load_scenario, scenario_ids, variations_of
from .truth import score
from .truth.flows import FLOWS
from .truth.run import judge_again, run_flow

OK, WRONG, USAGE, BLIND = 0, 1, 2, 3
TOOLS = ("ip", "sysctl", "cat", "ethtool")
TEST_SEED = 1
CALLED = os.environ.get("WIRECAUSE_LAB_CALLED", "wirecause-lab")  # what was typed
BY_WIRECAUSE = CALLED == "wirecause lab"
HOW_TO_LIST = f"`{CALLED}` shows them" if BY_WIRECAUSE else f"`{CALLED} list` shows them"
SAYS = "wirecause: lab" if BY_WIRECAUSE else CALLED  # as wirecause begins its complaints
HELP = """Makes known faults in network namespaces of its own, checks that they happened, and shows what wirecause names.

exit: 0 every run right; 1 a run wrong or undecided; 2 usage; 3 nothing wrong, but a run was broken, skipped or not possible;
130 ended by a signal: what was made until then is told"""


def usage(text):
    print(f"{SAYS}: {text}", file=sys.stderr)
    sys.exit(USAGE)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        usage(f"{message}; {CALLED} --help")


def seeds_of(text):
    """"7,11" -> (7, 11): the same seed twice would be the same runs twice."""
    try:
        return tuple(dict.fromkeys(int(word) for word in text.split(",")))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no list of numbers, as 7,11") from None


def arguments_of(words):
    parser = Parser(prog="wirecause-lab", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    listing = commands.add_parser("list", help="the scenarios, and how many cases of each kind they have")
    listing.add_argument("--json", action="store_true", help="as JSON")
    run = commands.add_parser("run", help="run scenarios and print what was named", formatter_class=argparse.RawDescriptionHelpFormatter)
    run.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"ids; {HOW_TO_LIST}")
    run.add_argument("--all", action="store_true", help="every scenario")
    run.add_argument("--kind", default=",".join(KINDS), help="of these kinds only: fault,twin,look_alike,mixed")
    run.add_argument("--seed", type=seeds_of, metavar="N[,N...]", help="what sizes, rates, framings and names are drawn from; several: "
                     "everything once a seed (default: a new one, printed)")
    run.add_argument("--variations", type=int, default=1, metavar="N", help="draws of each case (1)")
    run.add_argument("--variation", type=int, metavar="K", help="of these draws only the one that the table calls K")
    run.add_argument("--keep", metavar="DIR", help="keep what watch printed, the journals and the captures of each run")
    run.add_argument("--show", action="store_true", help="print what was done and the text report that wirecause gives of it")
    run.add_argument("--machine-wide", action="store_true", help="also those that turn knobs of the whole machine, and turn them back")
    run.add_argument("--json", action="store_true", help="as JSON: runs[]")
    run.add_argument("--matrix", metavar="DIR", help="write the confusion matrix into DIR: accuracy.txt, .json and .md (into "
                     "DIR/docs where that is)")
    truth = commands.add_parser("truth", help="TCP flows, recorded by the kernel's own account of its sender, and what analyze says of each")
    truth.add_argument("flows", nargs="*", metavar="FLOW", help="of lab/lib/wirecause_lab/truth/flows.py (all)")
    truth.add_argument("--seed", type=int, default=TEST_SEED, help="what sizes and delays are drawn from (1)")
    truth.add_argument("--variations", type=int, default=1, metavar="N", help="draws of each flow (1)")
    truth.add_argument("--keep", metavar="DIR", help="keep the captures and journals of each flow")
    truth.add_argument("--again", metavar="DIR", help="judge what --keep kept there once more, without making it")
    truth.add_argument("--json", metavar="FILE", help="write all of it there, too")
    test = commands.add_parser("test", help="the first fault and the first twin of a scenario, with a fixed seed; 77: skipped")
    test.add_argument("scenarios", nargs=1, metavar="SCENARIO")
    flows = commands.add_parser("congestion", help="flows of this kernel's congestion controls over drawn ways: which of them "
                                "wirecause sees; exit 0: nine of ten")
    flows.add_argument("--ways", type=int, default=4, metavar="N", help="ways that are drawn; a flow of each over each, 11 s (4)")
    flows.add_argument("--seed", type=int, help="what they are drawn from (default: a new one, printed)")
    flows.add_argument("--keep", metavar="DIR", help="keep the captures")
    flows.add_argument("--json", action="store_true", help="as JSON: flows[]")
    return parser.parse_args(words)


def what_is_missing():
    """One sentence with its remedy; empty: nothing."""
    if os.geteuid() != 0:
        return "needs root to make network namespaces: run it with sudo"
    tools = [tool for tool in TOOLS if shutil.which(tool) is None]
    if tools:
        return f"not installed: {', '.join(tools)}; as root: apt-get install iproute2 procps ethtool"
    if not os.access(os.environ.get("WIRECAUSE", ""), os.X_OK):
        return "the program wirecause was not found: build it (./dev build), or name it in WIRECAUSE"
    absent = [f"lab_{name}" for name in ("publisher", "consumer", "relay") if not os.access(program(name), os.X_OK)]
    if absent:
        return (f"the lab's own programs ({', '.join(absent)}) are not in {os.environ['WIRECAUSE_LAB_PROGRAMS']}: ./dev build "
                "makes them, or name their folder in WIRECAUSE_LAB_PROGRAMS")
    try:
        leftovers.sweep()
        namespaces.remove(namespaces.Namespace(f"wc-probe-{os.getpid()}-0").name)
    except RuntimeError as error:
        return f"network namespaces cannot be made here: {error}; a container needs CAP_SYS_ADMIN and CAP_NET_ADMIN"
    return ""


def end_at_once(*_):
    raise SystemExit(130)  # unwinds through every cleanup


def chosen(arguments, root):
    known = scenario_ids(root)
    wanted = known if arguments.command == "run" and arguments.all else arguments.scenarios
    if not wanted:
        usage(f"run what? name scenarios, or --all; {HOW_TO_LIST}")
    for name in wanted:
        if name not in known:
            usage(f"'{name}': no such scenario; {HOW_TO_LIST}")
    return [load_scenario(root / name) for name in dict.fromkeys(wanted)]


def kinds_of(text):
    kinds = [word for word in text.split(",") if word]
    for kind in kinds:
        if kind not in KINDS:
            usage(f"--kind {kind}: one of {', '.join(KINDS)}")
    if not kinds:
        usage(f"--kind: which? {', '.join(KINDS)}")
    return kinds


def exit_code(runs):
    words = {run.word for run in runs}
    if words & {judge.WRONG, judge.UNDECIDED}:
        return WRONG
    return OK if words == {judge.RIGHT} else BLIND


def show_list(arguments, root):
    scenarios = [load_scenario(root / name) for name in scenario_ids(root)]
    print(table.list_json(scenarios) if arguments.json else table.list_text(scenarios))
    return OK


def run_all(plan, seeds, arguments, runs):
    """Into `runs`, so that what was made is there whatever ends this."""
    shown = not arguments.json
    if shown and not arguments.show:
        print(table.head(), flush=True)
    for seed, (case, variation, draw) in itertools.product(seeds, plan):
        runs.append(run_case(case, variation, seed, draw, arguments.keep, arguments.show))
        if arguments.show:
            print(table.shown(runs[-1]), flush=True)
        elif shown:
            print(table.row(runs[-1]), flush=True)


def tell(runs, seeds, arguments, left_out):
    if arguments.json:
        print(json.dumps({"schema": "wirecause.lab/1", "seeds": seeds, "runs": [run.record() for run in runs]}, indent=2))
    else:
        print(table.foot(runs, seeds))
    if arguments.matrix is not None:
        matrix.write(runs, pathlib.Path(arguments.matrix), seeds, left_out)


def run_scenarios(arguments, root):
    if arguments.show and arguments.json:
        usage("--show is text: it does not go with --json")
    if arguments.variations < 1:
        usage("--variations: at least 1")
    if arguments.variation is not None and arguments.variation < 0:
        usage("--variation: they begin at 0")
    seeds = arguments.seed or (random.SystemRandom().randrange(1, 2**31),)
    kinds = kinds_of(arguments.kind)
    draws = arguments.variations if arguments.variation is None else arguments.variation + 1  # it is among so many
    plan = [one for scenario in chosen(arguments, root) for one in variations_of(scenario, kinds, draws)]
    if arguments.variation is not None:
        plan = [one for one in plan if one[1] == arguments.variation]
    kept_back = sorted({case.scenario for case, *_ in plan if case.knobs and not arguments.machine_wide})
    plan = [one for one in plan if arguments.machine_wide or not one[0].knobs]
    missing = what_is_missing()
    if missing:
        print(f"{SAYS}: {missing}", file=sys.stderr)
        return BLIND
    if kept_back:
        print(f"{SAYS}: left out without --machine-wide: {', '.join(kept_back)}", file=sys.stderr)
    runs = []
    try:
        run_all(plan, seeds, arguments, runs)
    finally:  # a signal, too: what was made is not lost
        tell(runs, seeds, arguments, kept_back)
    return exit_code(runs)


def test_scenario(arguments, root):
    """For ctest. Knobs of the whole machine are not turned there."""
    scenario = chosen(arguments, root)[0]
    missing = what_is_missing()
    firsts = [next((c for c in scenario.cases if c.kind == kind and not c.knobs), None) for kind in ("fault", "twin")]
    if not missing and not any(firsts):
        missing = "all of its cases turn knobs of the whole machine: wirecause-lab run --machine-wide"
    if missing:
        print(f"skipped: {missing}")
        return SKIPPED
    runs = [run_case(case, 0, TEST_SEED) for case in firsts if case]
    for run in runs:
        print(f"{run.word}: {run.case.kind}: {run.case.what} ({run.duration_ns / 1e9:.1f} s)")
        for why in run.why:
            print(f"  {why}")
    skipped = [run for run in runs if run.word == judge.SKIPPED]
    if skipped:
        print(f"skipped: {skipped[0].why[0]}")
    if any(run.word not in (judge.RIGHT, judge.SKIPPED) for run in runs):
        return WRONG
    return SKIPPED if skipped else OK


def measure_congestion(arguments, _):
    if arguments.ways < 1:
        usage("--ways: at least 1")
    missing = what_is_missing()
    if missing:
        print(f"wirecause-lab: {missing}", file=sys.stderr)
        return BLIND
    seed = random.SystemRandom().randrange(1, 2**31) if arguments.seed is None else arguments.seed
    return congestion.measure(arguments.ways, seed, arguments.keep, arguments.json)


def flow_runs(arguments):
    if arguments.again:
        folders = sorted(path.parent for path in pathlib.Path(arguments.again).glob("*/flow.json"))
        wanted = [folder for folder in folders if not arguments.flows or folder.name.split("-")[0] in arguments.flows]
        yield from map(judge_again, wanted)
        return
    for name in arguments.flows or FLOWS:
        for variation in range(arguments.variations):
            yield run_flow(name, variation, arguments.seed, arguments.keep)


def tell_truth(arguments, _):
    """Exit code 1: a must was missed; 3: a flow was broken."""
    unknown = [name for name in arguments.flows if name not in FLOWS]
    if unknown:
        usage(f"{', '.join(unknown)}: no such flow; there are {', '.join(FLOWS)}")
    missing = "" if arguments.again else what_is_missing()
    if missing:
        print(f"wirecause-lab: {missing}", file=sys.stderr)
        return BLIND
    runs = []
    print(score.head(), flush=True)
    for run in flow_runs(arguments):
        runs.append(run)
        print("\n".join([score.row(run), *score.wrong(run)]), flush=True)
    print(score.foot(runs))
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(score.record(runs, arguments.seed), indent=2) + "\n", encoding="utf-8")
    if not score.reached(runs):
        return WRONG
    return BLIND if any(run.broken for run in runs) else OK


def main(words, root):
    """`root`: the folder of the scenarios."""
    signal.signal(signal.SIGTERM, end_at_once)
    signal.signal(signal.SIGHUP, end_at_once)
    signal.signal(signal.SIGINT, end_at_once)
    arguments = arguments_of(words)
    return {"list": show_list, "run": run_scenarios, "test": test_scenario, "congestion": measure_congestion,
            "truth": tell_truth}[arguments.command](arguments, root)
