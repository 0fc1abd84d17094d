// SPDX-License-Identifier: Apache-2.0
#include "generate/make_feeds.hpp"

#include <algorithm>
#include <queue>

#include "generate/capture_point.hpp"
#include "generate/line.hpp"
#include "generate/publisher.hpp"
#include "generate/truth_recorder.hpp"

namespace wirecause::generate {
namespace {

// Arrivals that are on their way, in the order of their time; equal times in the order in which they were sent.
class InFlight {
 public:
  void add(const Arrival& arrival) {
    std::uint32_t slot = 0;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(arrivals_.size());
      arrivals_.push_back(arrival);
    } else {
      slot = free_.back();
      free_.pop_back();
      arrivals_[slot] = arrival;
    }
    queue_.push({arrival.time, order_++, slot});
  }
  bool is_due(TimeNs before) const { return !queue_.empty() && queue_.top().time < before; }
  // Valid until the next add().
  const Arrival& take() {
    const std::uint32_t slot = queue_.top().slot;
    queue_.pop();
    free_.push_back(slot);
    return arrivals_[slot];
  }

 private:
  struct Entry {
    TimeNs time;
    std::uint64_t order;
    std::uint32_t slot;
    bool operator<(const Entry& other) const {  // priority_queue has the greatest on top
      return time != other.time ? time > other.time : order > other.order;
    }
  };
  std::priority_queue<Entry> queue_;
  std::vector<Arrival> arrivals_;
  std::vector<std::uint32_t> free_;
  std::uint64_t order_ = 0;
};

// The longest that anything of a feed is under way beyond the ordinary: a restart waits for it.
DurationNs longest_delay(const FeedPlan& plan) {
  DurationNs longest = DurationNs{plan.skew.ns * plan.lines + plan.skew_jitter.ns};
  DurationNs fault_delay{0};
  for (const Fault& fault : plan.faults)
    fault_delay =
        std::max(fault_delay, DurationNs{fault.delay.ns * (fault.kind == Fault::Kind::duplicate ? fault.copies : 1)});
  if (plan.retransmission) fault_delay = std::max(fault_delay, plan.retransmission->delay);
  return longest + fault_delay + milliseconds(1);
}

// A feed under way: its publisher, its lines and what is next.
class FeedRun {
 public:
  FeedRun(const FeedPlan& plan, std::uint32_t number, const CapturePlan& capture)
      : plan_(plan),
        publisher_(plan, number + 1, mixed(capture.seed ^ mixed(number)), capture.start,
                   std::max(plan.restart_pause, longest_delay(plan))),
        channel_(plan, number, kRetransmissionChannel, 0),
        truth_(plan, capture.wants_truth) {
    for (std::uint32_t l = 0; l < plan.lines; ++l)
      lines_.emplace_back(plan, number, l, mixed(capture.seed ^ mixed(number)));
    is_open_ = publisher_.next(next_);
  }

  bool is_open() const { return is_open_; }
  TimeNs next_time() const { return next_.release; }
  TruthRecorder& truth() { return truth_; }
  const Line& line(std::uint32_t l) const { return lines_[l]; }
  const RetransmissionTruth& again() const { return again_; }

  // Sends the next packet on every line.
  void send(std::vector<Arrival>& out) {
    if (next_.epoch != epoch_) {
      for (Line& line : lines_) line.release_all(out);
      epoch_ = next_.epoch;
    }
    truth_.published(next_);
    bool is_carried = false;
    for (Line& line : lines_) is_carried |= line.carry(next_, out);
    if (!is_carried && plan_.retransmission && next_.kind == PublishedKind::data) send_again(out);
    is_open_ = publisher_.next(next_);
    if (!is_open_)
      for (Line& line : lines_) line.release_all(out);
  }

 private:
  void send_again(std::vector<Arrival>& out) {
    Published again = next_;
    again.kind = PublishedKind::retransmission;
    again.packet.retransmission = true;
    again.release = again.release + plan_.retransmission->delay;
    again_.packets += plan_.retransmission->in_band ? lines_.size() : 1;
    again_.units += again.packet.units;
    if (!plan_.retransmission->in_band) {
      channel_.carry_again(again, out);
      return;
    }
    for (Line& line : lines_) line.carry_again(again, out);
  }

  const FeedPlan& plan_;
  Publisher publisher_;
  std::vector<Line> lines_;
  Line channel_;
  TruthRecorder truth_;
  RetransmissionTruth again_;
  Published next_;
  std::uint32_t epoch_ = 0;
  bool is_open_ = false;
};

class Run {
 public:
  Run(const std::vector<FeedPlan>& feeds, const CapturePlan& capture, ByteSink& sink)
      : feeds_(feeds), capture_(capture), point_(feeds, capture, packets_on_the_wire(feeds), sink) {
    runs_.reserve(feeds.size());
    for (std::uint32_t f = 0; f < feeds.size(); ++f) runs_.emplace_back(feeds[f], f, capture);
  }

  Result<Truth> all() {
    WC_TRY(point_.begin());
    for (std::uint32_t f = 0; f < runs_.size(); ++f) schedule(f);
    std::vector<Arrival> sent;
    while (!publishers_.empty()) {
      const Turn turn = publishers_.top();
      publishers_.pop();
      WC_TRY(deliver(turn.time));
      sent.clear();
      runs_[turn.feed].send(sent);
      for (const Arrival& arrival : sent) in_flight_.add(arrival);
      schedule(turn.feed);
    }
    WC_TRY(deliver(TimeNs{std::numeric_limits<std::int64_t>::max()}));
    WC_TRY(point_.end());
    return truth();
  }

 private:
  struct Turn {
    TimeNs time;
    std::uint32_t feed;
    bool operator<(const Turn& other) const { return time != other.time ? time > other.time : feed > other.feed; }
  };

  static std::uint64_t packets_on_the_wire(const std::vector<FeedPlan>& feeds) {
    std::uint64_t sum = 0;
    for (const FeedPlan& feed : feeds) sum += feed.packets * feed.lines;
    return sum;
  }

  void schedule(std::uint32_t feed) {
    if (runs_[feed].is_open()) publishers_.push({runs_[feed].next_time(), feed});
  }

  Result<void> deliver(TimeNs before) {
    while (in_flight_.is_due(before)) {
      const Arrival& arrival = in_flight_.take();
      WC_TRY(point_.arrive(arrival, runs_[arrival.feed].truth()));
    }
    return {};
  }

  Truth truth() {
    Truth truth;
    truth.seed = capture_.seed;
    truth.capture = point_.counts();
    truth.faults = describe(feeds_, capture_);
    for (std::uint32_t f = 0; f < runs_.size(); ++f) truth.feeds.push_back(feed_truth(f));
    return truth;
  }

  FeedTruth feed_truth(std::uint32_t f) {
    FeedTruth out;
    out.framing = feeds_[f].framing->id;
    out.packet_numbered = feeds_[f].framing->packet_numbered;
    out.channel = f + 1;
    for (std::uint32_t l = 0; l < feeds_[f].lines; ++l) {
      const Path path = point_.path(f, l);
      LineTruth& line = out.lines.emplace_back();
      line.name = line_name(l);
      line.source = path.source.text();
      line.group = path.destination.text();
      line.port = path.destination_port;
      line.interface = point_.interface_of(l);
      line.packets_sent = runs_[f].line(l).sent();
    }
    if (feeds_[f].retransmission) {
      const Path path = point_.path(f, feeds_[f].retransmission->in_band ? 0 : kRetransmissionChannel);
      out.retransmission = runs_[f].again();
      out.retransmission->group = path.destination.text();
      out.retransmission->port = path.destination_port;
    }
    runs_[f].truth().finish(point_.counts().first, point_.counts().last, out);
    return out;
  }

  const std::vector<FeedPlan>& feeds_;
  const CapturePlan& capture_;
  CapturePoint point_;
  std::vector<FeedRun> runs_;
  std::priority_queue<Turn> publishers_;
  InFlight in_flight_;
};

}  // namespace

Result<Truth> make_feeds(const std::vector<FeedPlan>& feeds, const CapturePlan& capture, ByteSink& sink) {
  WC_TRY(check_plan(feeds, capture));
  return Run(feeds, capture, sink).all();
}

Result<Made> make_feed(const FeedPlan& feed, const CapturePlan& capture) {
  MemorySink sink;
  WC_TRY_ASSIGN(Truth truth, make_feeds({feed}, capture, sink));
  return Made{sink.take(), std::move(truth)};
}

}  // namespace wirecause::generate
