// How many datagrams of a line arrived in each of the last eight thousand milliseconds, by their stamps: what a burst was,
// after the drop that it caused is known.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"

namespace wirecause {

class ArrivalBins {
 public:
  static constexpr std::int64_t kBins = 8'192;
  static constexpr DurationNs kBin = milliseconds(1);

  void add(TimeNs time) {
    const std::int64_t bin = time.ns / kBin.ns;
    if (bin > newest_) [[unlikely]]
      move_to(bin);
    if (bin > newest_ - kBins) ++counts_[index(bin)];
  }

  struct Stretch {
    std::uint64_t packets = 0;
    DurationNs length{0};
  };
  // What arrived from `from` to `to`, both milliseconds included; what is older than the bins is not in it.
  std::uint64_t between(TimeNs from, TimeNs to) const {
    std::uint64_t packets = 0;
    for (std::int64_t bin = begin_of(from); bin <= end_of(to); ++bin) packets += counts_[index(bin)];
    return packets;
  }
  // The first millisecond from `from` to `to` that brought something; `to` where none did.
  TimeNs first_arrival(TimeNs from, TimeNs to) const {
    for (std::int64_t bin = begin_of(from); bin <= end_of(to); ++bin) {
      if (counts_[index(bin)] != 0) return later(from, TimeNs{bin * kBin.ns});
    }
    return to;
  }
  // The busiest stretch from `from` to `to`: milliseconds that brought more than `usual` each, with at most one among them
  // that did not. Where no millisecond did, all of it.
  Stretch burst(TimeNs from, TimeNs to, std::uint64_t usual) const {
    Stretch most;
    Stretch open;
    std::int64_t pause = 0;
    for (std::int64_t bin = begin_of(from); bin <= end_of(to); ++bin) {
      const std::uint64_t packets = counts_[index(bin)];
      pause = packets > usual ? 0 : pause + 1;
      if (pause > 1) {
        open = {};
        continue;
      }
      if (pause == 1 && open.packets == 0) continue;
      open.packets += packets;
      open.length = open.length + kBin;
      if (pause == 0 && open.packets > most.packets) most = open;
    }
    if (most.packets != 0) return most;
    if (end_of(to) < begin_of(from)) return {};  // nothing of it has come yet
    return {between(from, to), {(end_of(to) - begin_of(from) + 1) * kBin.ns}};
  }

 private:
  static std::size_t index(std::int64_t bin) { return static_cast<std::size_t>(bin & (kBins - 1)); }
  std::int64_t begin_of(TimeNs from) const {
    const std::int64_t bin = from.ns / kBin.ns;
    return bin > newest_ - kBins ? bin : newest_ - kBins + 1;
  }
  std::int64_t end_of(TimeNs to) const {
    const std::int64_t bin = to.ns / kBin.ns;
    return bin < newest_ ? bin : newest_;
  }
  void move_to(std::int64_t bin) {
    if (bin - newest_ >= kBins) {
      counts_.fill(0);
    } else {
      for (std::int64_t empty = newest_ + 1; empty <= bin; ++empty) counts_[index(empty)] = 0;
    }
    newest_ = bin;
  }

  std::array<std::uint32_t, kBins> counts_{};
  std::int64_t newest_ = kBins;  // bins before 1970-01-01 00:00:08 do not come
};

}  // namespace wirecause
