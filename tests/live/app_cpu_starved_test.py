# SPDX-License-Identifier: Apache-2.0
"""A reader whose cgroup has used up its CPU quota, and whose buffer is larger than one pause: what the scenario does not make."""
import os

from live_support import check, check_equal, happened, main
from wirecause_lab.cpu import Quota

BUFFER_FOR_PERIODS = 600_000  # doubled by the kernel: 1 440 small datagrams, and 400 come in a period of 100 ms
NEVER = ("app_stalled", "app_slow_consumer", "socket_rcvbuf_burst")


def quota_used_up_for_longer_than_one_period(lab):
    """The buffer outlasts four periods, so that no single pause fills it: app_cpu_starved all the same, and its cgroup is said."""
    lab.pair()
    consumer = lab.consumer(service_us=30, rcvbuf=BUFFER_FOR_PERIODS)
    quota = Quota(lab, f"wc-{os.getpid()}")
    quota.add(consumer.pid)
    watch = lab.watch(outside=True)
    publisher = lab.publisher()
    publisher.send(packets=2000, rate=4000)
    quota.set(2000)
    publisher.send(packets=4000, rate=4000)
    quota.set(None)
    publisher.send(packets=2000, rate=4000)
    journal = consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) >= 300, f"the starved reader should have lost datagrams; missed {missed}")
    happened(journal["drops"] == len(missed), "the socket dropped what was not read")
    happened(quota.throttled() >= 3, "the cgroup should have been throttled")
    report = watch.end()
    finding = report.check_named("app_cpu_starved", never=NEVER)
    check_equal(finding["explained"], len(missed), "units explained")
    report.check_consumer(consumer, publisher.truth())
    told = " ".join([finding["because"], *(a["command"] for a in finding["actions"]),
                     *(str(e["text"]) for e in finding["evidence"])])
    check(quota.folder.name in told, f"the cgroup {quota.folder.name} is not said: {told}")


main(quota_used_up_for_longer_than_one_period)
