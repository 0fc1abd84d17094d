# SPDX-License-Identifier: Apache-2.0
"""How a run ends: by a signal, by its time, by a finding; always with the report and the exit code that says how it was."""
import signal
import time

from live_support import check, check_equal, main


def ended_by(lab, number):
    lab.pair()
    consumer = lab.consumer()
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=2000, rate=4000)
    consumer.wait_drained()
    watch.signal(number)
    report = watch.wait_report()
    report.check_silent()
    report.check_consumer(consumer, publisher.truth())


def interrupt(lab):
    """SIGINT ends it with the report; nothing was wrong: 0."""
    ended_by(lab, signal.SIGINT)


def terminate(lab):
    """SIGTERM likewise."""
    ended_by(lab, signal.SIGTERM)


def in_the_middle_of_a_burst(lab):
    """SIGINT while packets come flat out: it ends soon, and the report is whole."""
    lab.pair()
    lab.consumer()
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=1000, rate=4000)
    publisher.begin("send packets=200000 rate=0")
    begin = time.monotonic()
    watch.signal(signal.SIGINT)
    report = watch.wait_report()
    took = time.monotonic() - begin
    publisher.finish()
    check(took < 10, f"the end took {took:.1f} s")
    check(len(report.document["consumers"]) == 1, "the consumer is in the report")


def duration(lab):
    """--duration ends it by itself."""
    lab.pair()
    watch = lab.watch("feed0", "--duration", "1s")
    begin = time.monotonic()
    lab.publisher().send(packets=100, rate=1000)
    code = watch.wait_end()
    took = time.monotonic() - begin
    check_equal(code, 0, f"exit code; stderr: {watch.text_of_stderr()}")
    check(0.5 <= took <= 5, f"one second took {took:.2f} s")
    check_equal(watch.events[-1]["event"], "report", "the last line")


def until_finding(lab):
    """--until-finding ends it at the first finding: 1, and the finding was told before the report."""
    lab.pair()
    lab.consumer(filter_every=10)
    watch = lab.watch("feed0", "--until-finding")
    publisher = lab.publisher()
    publisher.send(packets=4000, rate=4000)
    report = watch.wait_report()
    check_equal(report.code, 1, "exit code")
    kinds = [event["event"] for event in report.events]
    check("finding" in kinds and kinds[-1] == "report", f"events: {kinds}")
    check("symptom" in kinds and kinds.index("symptom") < kinds.index("finding"), f"a symptom, then its cause: {kinds}")
    check_equal(report.names()[0], "socket_filter", "finding")


def no_such_interface(lab):
    """An interface that is not there: 2, one line on stderr that says which, nothing on stdout."""
    lab.pair()
    done = lab.run_watch("feed9", "--json", "--duration", "1s")
    check_equal((done.returncode, done.stdout), (2, ""), f"exit code and stdout; stderr: {done.stderr}")
    check("feed9" in done.stderr and done.stderr.count("\n") == 1, f"stderr: {done.stderr}")


def text_for_people(lab):
    """Without --json the same report comes as text."""
    lab.pair()
    lab.consumer()
    done = lab.run_watch("feed0", "--duration", "1s")
    # 3 where no packet came in that second: then it says that it saw nothing.
    check(done.returncode == 0 or (done.returncode == 3 and "no packet came" in done.stdout), f"{done.returncode}: {done.stdout}")
    check("feed0" in done.stdout + done.stderr and not done.stdout.startswith("{"), f"stdout: {done.stdout}")


main(interrupt, terminate, in_the_middle_of_a_burst, duration, until_finding, no_such_interface, text_for_people)
