// SPDX-License-Identifier: Apache-2.0
#include "diagnose/reader_words.hpp"

namespace wirecause {
namespace {

Figure largest(std::string_view name, std::optional<std::uint64_t> value, Unit unit = Unit::none) {
  return {name, value.value_or(0), Fold::largest, unit};
}

Figure pause_figure(const ReaderEvidence& m) { return largest("pause", m.pause_ns, Unit::nanoseconds); }

void add_queue(Reason& reason, const ReaderEvidence& m, std::string_view text) {
  reason.text += text;
  reason.figures.push_back(largest("share", m.full_share, Unit::per_million));
  reason.figures.push_back(largest("samples", m.samples));
}

Reason pause_fills_it(const ReaderEvidence& m) {
  Reason reason{"it did not read for {pause} while datagrams waited", {pause_figure(m)}};
  add_filling(reason, m);
  return reason;
}

Reason why_it_was_denied(const ReaderEvidence& m) {
  Reason reason{"of the {behind} from a queue nearly empty to the last drop it could run and got no CPU for {denied}",
                {behind_figure(m), denied_figure(m)}};
  add_filling(reason, m);
  return reason;
}

Reason why_not_burst(const ReaderCase& reader) {
  if (reader.pause == Pause::decisive) return pause_fills_it(reader.measured);
  Reason reason;
  add_queue(reason, reader.measured,
            "the queue was over half full in {share} of {samples:sample}: it was behind for longer than a burst");
  return reason;
}

Reason why_not_slow(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  if (reader.pause == Pause::decisive) return pause_fills_it(m);
  Reason reason;
  add_queue(reason, m, "the queue was over half full in only {share} of {samples:sample}");
  if (m.rate && m.read_rate) {
    reason.text += ", and {service:datagram} a second are read where {rate} come";
    reason.figures.push_back(largest("service", m.read_rate));
    reason.figures.push_back(largest("rate", m.rate));
  }
  return reason;
}

Reason reads_went_on(const ReaderEvidence& m) {
  Reason reason{"reads went on: the longest time without one while datagrams waited was {pause}", {pause_figure(m)}};
  if (m.rate && m.capacity) add_filling(reason, m);
  return reason;
}

Reason what_it_did(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  Reason reason{"of the {pause} without a read ", {pause_figure(m)}};
  if (reader.spent == Spent::waiting) {
    reason.text += "it could run and got no CPU for {waiting}";
    reason.figures.push_back(largest("waiting", waited_ns(m), Unit::nanoseconds));
  } else if (reader.spent == Spent::running) {
    reason.text += "it ran for {running}";
    reason.figures.push_back(largest("running", m.running_ns, Unit::nanoseconds));
  } else {
    reason.text += "it slept or was blocked for most";
  }
  return reason;
}

void add_what_decides(std::string& out, std::string_view what) {
  if (!out.empty()) out += "; ";
  out += what;
}

void add_about_pause(std::string& out, const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  if (!m.pause_ns) {
    add_what_decides(out, "when the reader read (run as root, or with CAP_BPF and CAP_PERFMON)");
  } else if (reader.pause == Pause::unknown) {
    add_what_decides(out,
                     "how fast datagrams come and what one costs in the buffer (a tap on the interface, and drops "
                     "one by one)");
  } else if (reader.pause == Pause::between) {
    add_what_decides(out, "the next loss: what comes in this pause fills between a quarter and a half of the buffer");
  }
  const bool may_have_stopped = reader.is_left(Blame::stalled) || reader.is_left(Blame::starved);
  if (!may_have_stopped) return;
  if (m.pause_ns && reader.spent == Spent::unknown) {
    add_what_decides(out,
                     "what the reader did in its longest pause: its state, CPU time and run-queue delay (perf sched "
                     "timehist over the next one)");
  }
  if (m.pause_ns && !reader.is_steal_excluded) {
    add_what_decides(out, m.steal_ns
                              ? "the hypervisor's own record: the CPU time that it took (steal) explains as much "
                                "(host_steal)"
                              : "the steal time of the reader's CPU (host_steal would look the same)");
  }
}

void add_about_load(std::string& out, const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  if (!reader.is_left(Blame::burst) && !reader.is_left(Blame::slow)) return;
  const bool is_open = reader.is_left(Blame::burst) && reader.is_left(Blame::slow);
  if (is_open && reader.queue == Queue::unknown) {
    add_what_decides(out, "samples of the socket's queue over the seconds around (ss -uamn, skmem r)");
  }
  if (reader.queue == Queue::contradicted) {
    add_what_decides(out, "more seconds of the same load: its queue and its rates contradict each other");
  }
  if (!(m.rate && m.read_rate) && !reader.keeps_up()) {
    add_what_decides(out, "the rates at which datagrams come and are read");
  } else if (reader.is_alone(Blame::burst)) {
    add_what_decides(out,
                     "the arrivals millisecond by millisecond: no stretch was seen that is larger than the buffer");
  }
}

}  // namespace

Figure behind_figure(const ReaderEvidence& measured) {
  return {"behind", measured.behind->ns, Fold::largest, Unit::nanoseconds};
}

Figure denied_figure(const ReaderEvidence& measured) {
  return {"denied", measured.behind->denied_ns, Fold::largest, Unit::nanoseconds};
}

Figure reader_figure(const ReaderEvidence& measured) {
  const std::string name = measured.reader.empty() ? "the reader" : "thread " + measured.reader;
  return {"reader", 0, Fold::largest, Unit::none, name};
}

void add_filling(Reason& reason, const ReaderEvidence& measured) {
  reason.text += "; {rate:datagram} a second came, and the receive buffer holds {capacity}";
  reason.figures.push_back(largest("rate", measured.rate));
  reason.figures.push_back(largest("capacity", measured.capacity));
}

Reason why_not(const ReaderCase& reader, Blame blame) {
  if (reader.is_denied() && reader.pause != Pause::decisive) return why_it_was_denied(reader.measured);
  switch (blame) {
    case Blame::burst:
      return why_not_burst(reader);
    case Blame::slow:
      return why_not_slow(reader);
    case Blame::stalled:
    case Blame::starved:
      break;
  }
  return reader.pause == Pause::harmless ? reads_went_on(reader.measured) : what_it_did(reader);
}

Reason what_was_seen(const ReaderCase& reader, const DropFacts& drops) {
  const ReaderEvidence& m = reader.measured;
  Reason reason{"{units:unit} found the receive buffer full", {{"units", drops.units}}};
  if (m.pause_ns) {
    reason.text += "; the longest time without a read while datagrams waited was {pause}";
    reason.figures.push_back(pause_figure(m));
  }
  if (m.rate && m.capacity) add_filling(reason, m);
  if (m.full_share && m.samples) add_queue(reason, m, "; its queue was over half full in {share} of {samples:sample}");
  if (m.read_rate) {
    reason.text += "; while any waited {service} a second were read";
    reason.figures.push_back(largest("service", m.read_rate));
  }
  return reason;
}

std::string what_decides(const ReaderCase& reader) {
  std::string out;
  add_about_pause(out, reader);
  add_about_load(out, reader);
  return out;
}

}  // namespace wirecause
