// Collector: carrier lost and back on the followed interfaces, from RTM_NEWLINK and RTM_DELLINK notifications, and what
// they are set to.
//
// The kernel tells of a change of carrier at most once a second an interface (net/core/link_watch.c), so a short flap is
// one notification, or two that say the same. carrier_down_count counts each: it is read with every notification and
// every second, and decides whether there was a flap at all.
// SPDX-License-Identifier: Apache-2.0
#include <linux/rtnetlink.h>

#include <array>
#include <string>

#include "host/collector.hpp"
#include "host/kernel/collected_record.hpp"
#include "host/kernel/netlink_channel.hpp"
#include "host/nic/link_state.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSource = "RTM_NEWLINK";

constexpr std::array kPublishes{
    Published{"link.carrier", Shape::event, Unit::none,
              "value 0: carrier lost, 1: it is back; text how; the first one only where it was lost from the start"},
    Published{"link.operstate", Shape::state, Unit::none, "operational state: text up, down, lowerlayerdown"},
    Published{"link.mtu", Shape::state, Unit::bytes, "largest IP packet that the interface sends"},
    Published{"carrier_changes", Shape::sample, Unit::none, "times that the carrier was lost or came back"},
    Published{"carrier_up_count", Shape::sample, Unit::none, "times that the carrier came back"},
    Published{"carrier_down_count", Shape::sample, Unit::none, "times that the carrier was lost"},
};

class LinkEventsRun final : public CollectorRun {
 public:
  LinkEventsRun(NetlinkChannel notifications, NetlinkChannel questions, std::vector<HostInterface> interfaces)
      : notifications_(std::move(notifications)),
        questions_(std::move(questions)),
        interfaces_(std::move(interfaces)),
        known_(interfaces_.size()) {}

  Result<void> sample(TimeNs now, EvidenceSink& sink) override {
    bool overrun = false;  // then the questions below have the newest state all the same
    WC_TRY(notifications_.drain(overrun, [this, now, &sink](std::uint16_t type, std::span<const std::byte> body) {
      hear(type, body, now, sink);
    }));
    Result<void> first_failure;
    for (std::uint32_t position = 0; position < interfaces_.size(); ++position) {
      auto state = read_link_state(questions_, interfaces_[position].index);
      if (state) {
        update(position, *state, now, sink);
      } else if (first_failure) {
        first_failure = tl::unexpected(std::move(state).error().context("state of " + interfaces_[position].name));
      }
    }
    return first_failure;
  }

  int event_descriptor() const override { return notifications_.descriptor(); }

 private:
  struct Known {
    bool seen = false;
    bool carrier = true;
    std::int64_t downs = -1;
    std::string operstate;
    std::int64_t mtu = -1;
  };

  void hear(std::uint16_t type, std::span<const std::byte> body, TimeNs now, EvidenceSink& sink) {
    const auto state = link_state(body);
    if (!state) return;
    for (std::uint32_t position = 0; position < interfaces_.size(); ++position) {
      if (interfaces_[position].index != state->index) continue;
      if (type == RTM_DELLINK) {
        tell_carrier(position, false, "the interface was removed", now, sink);
      } else if (type == RTM_NEWLINK) {
        update(position, *state, now, sink);
      }
    }
  }

  void update(std::uint32_t position, const LinkState& state, TimeNs now, EvidenceSink& sink) {
    const Subject subject{SubjectKind::interface, position};
    Known& known = known_[position];
    if (state.carrier_changes) sink.sample("carrier_changes", subject, *state.carrier_changes);
    if (state.carrier_up_count) sink.sample("carrier_up_count", subject, *state.carrier_up_count);
    if (state.carrier_down_count) sink.sample("carrier_down_count", subject, *state.carrier_down_count);
    if (state.carrier)
      update_carrier(position, *state.carrier, state.carrier_down_count.value_or(known.downs), now, sink);
    if (!state.operstate.empty() && state.operstate != known.operstate) {
      known.operstate = state.operstate;
      sink.record(collected(Shape::state, "link.operstate", subject, 0, state.operstate, now, kSource));
    }
    if (state.mtu && *state.mtu != known.mtu) {
      known.mtu = *state.mtu;
      sink.record(collected(Shape::state, "link.mtu", subject, known.mtu, {}, now, kSource));
    }
    known.seen = true;
  }

  void update_carrier(std::uint32_t position, bool carrier, std::int64_t downs, TimeNs now, EvidenceSink& sink) {
    Known& known = known_[position];
    const bool was_lost_between = known.seen && carrier && known.carrier && downs > known.downs && known.downs >= 0;
    if (was_lost_between) {
      tell_carrier(position, false, "lost and back between two looks (carrier_down_count)", now, sink);
    }
    known.downs = downs;
    if (!known.seen && !carrier) {
      tell_carrier(position, false, "lost when the run began", now, sink);
    } else {
      tell_carrier(position, carrier, carrier ? "back" : "lost", now, sink);
    }
  }

  // Says it when it is news.
  void tell_carrier(std::uint32_t position, bool carrier, std::string how, TimeNs now, EvidenceSink& sink) {
    Known& known = known_[position];
    if (known.carrier == carrier) return;
    known.carrier = carrier;
    sink.record(collected(Shape::event, "link.carrier", {SubjectKind::interface, position}, carrier ? 1 : 0,
                          interfaces_[position].name + ": carrier " + how, now, kSource));
  }

  NetlinkChannel notifications_;
  NetlinkChannel questions_;
  std::vector<HostInterface> interfaces_;
  std::vector<Known> known_;
};

Availability can_run(const HostContext&) {
  const auto channel = NetlinkChannel::open(NETLINK_ROUTE, RTMGRP_LINK);
  if (channel) return available();
  return unavailable(channel.error().message(), "allow AF_NETLINK sockets (a sandbox or seccomp filter forbids them)");
}

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  WC_TRY_ASSIGN(NetlinkChannel notifications, NetlinkChannel::open(NETLINK_ROUTE, RTMGRP_LINK));
  WC_TRY_ASSIGN(NetlinkChannel questions, NetlinkChannel::open(NETLINK_ROUTE));
  return std::make_unique<LinkEventsRun>(std::move(notifications), std::move(questions), context.interfaces);
}

}  // namespace

extern constinit const Collector collector_link_events{
    .id = "link_events",
    .summary = "carrier lost and back, and the interface's MTU and state",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
