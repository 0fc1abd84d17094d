// SPDX-License-Identifier: Apache-2.0
#include "host/readers/reader_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace wirecause {
namespace {

// The programs write while this reads: each word is read once.
template <class T>
T loaded(const T& word) {
  return __atomic_load_n(&word, __ATOMIC_RELAXED);
}

std::uint64_t key_of(const wc_reader_socket& slot) { return loaded(slot.cookie); }
std::uint64_t key_of(const wc_reader_thread& slot) { return loaded(slot.thread); }

template <class Slot, std::size_t N>
Slot& slot_at(std::span<Slot, N> table, std::uint64_t key, std::uint32_t step) {
  return table[(wc_reader_hash(key) + step) & (N - 1)];
}

// nullptr: not followed.
template <class Slot, std::size_t N>
Slot* found(std::span<Slot, N> table, std::uint64_t key) {
  for (std::uint32_t i = 0; i < WC_READER_PROBES; ++i) {
    Slot& slot = slot_at(table, key, i);
    if (key_of(slot) == key) return &slot;
    if (key_of(slot) == 0) return nullptr;
  }
  return nullptr;
}

// nullptr: all that this key may use are taken.
template <class Slot, std::size_t N>
Slot* free_slot(std::span<Slot, N> table, std::uint64_t key) {
  for (std::uint32_t i = 0; i < WC_READER_PROBES; ++i) {
    Slot& slot = slot_at(table, key, i);
    if (key_of(slot) == 0 || key_of(slot) == WC_READER_REMOVED) return &slot;
  }
  return nullptr;
}

// The key is written last: a program that finds it finds a clean slot.
void insert(wc_reader_socket& slot, std::uint64_t cookie) {
  wc_reader_socket fresh{};
  fresh.cookie = loaded(slot.cookie);
  fresh.batch_next = WC_READER_BATCH_UNKNOWN;
  slot = fresh;
  __atomic_store_n(&slot.cookie, cookie, __ATOMIC_RELEASE);
}

void insert(wc_reader_thread& slot, std::uint64_t thread) {
  wc_reader_thread fresh{};
  fresh.thread = loaded(slot.thread);
  slot = fresh;
  __atomic_store_n(&slot.thread, thread, __ATOMIC_RELEASE);
}

bool is_width(std::uint8_t width) { return width == 1 || width == 2 || width == 4 || width == 8; }

// Where a field ends, from the start of the payload.
unsigned end_of(std::uint8_t offset, std::uint8_t width) { return static_cast<unsigned>(offset) + width; }

// The bytes that hold number, count and mark.
struct Span {
  unsigned begin;
  unsigned end;
};
Span span_of(const NumberField& field) {
  Span span{field.number_offset, end_of(field.number_offset, field.number_width)};
  const auto add = [&span](std::uint8_t offset, std::uint8_t width) {
    span = {std::min<unsigned>(span.begin, offset), std::max(span.end, end_of(offset, width))};
  };
  if (field.count_width != 0) add(field.count_offset, field.count_width);
  if (field.mark_value != 0) add(field.mark_offset, sizeof field.mark_value);
  return span;
}

std::uint8_t small(unsigned value) { return static_cast<std::uint8_t>(value); }

wc_reader_field slot_of(const NumberField& field, const IpAddress& destination) {
  const Span span = span_of(field);
  wc_reader_field slot{};
  std::memcpy(slot.address, destination.bytes().data(), sizeof slot.address);
  slot.port = field.port;
  slot.span_offset = small(span.begin);
  slot.span = small(span.end - span.begin);
  slot.number_at = small(field.number_offset - span.begin);
  slot.number_width = field.number_width;
  slot.number_big_endian = field.number_big_endian ? 1 : 0;
  slot.count_at = field.count_width == 0 ? std::uint8_t{0} : small(field.count_offset - span.begin);
  slot.count_width = field.count_width;
  slot.count_big_endian = field.count_big_endian ? 1 : 0;
  slot.mark_at = field.mark_value == 0 ? std::uint8_t{0} : small(field.mark_offset - span.begin);
  slot.mark = field.mark_value;
  return slot;
}

bool same_destination(const wc_reader_field& a, const wc_reader_field& b) {
  return a.port == b.port && a.address[0] == b.address[0] && a.address[1] == b.address[1];
}

bool same_layout(const wc_reader_field& a, const wc_reader_field& b) {
  wc_reader_field other = b;  // all but the destination
  std::memcpy(other.address, a.address, sizeof other.address);
  return std::memcmp(&a, &other, sizeof a) == 0;
}

// The slot of that destination, or the first free one; nullptr: none.
wc_reader_field* slot_for(std::span<wc_reader_field, WC_READER_FIELDS> table, const wc_reader_field& field) {
  const std::uint64_t hash = wc_reader_field_hash(field.address, field.port);
  for (std::uint32_t i = 0; i < WC_READER_PROBES; ++i) {
    wc_reader_field& slot = table[(hash + i) & (WC_READER_FIELDS - 1)];
    if (slot.port == 0 || same_destination(slot, field)) return &slot;
  }
  return nullptr;
}

void write_field(wc_reader_field& slot, const wc_reader_field& field) {
  wc_reader_field fresh = field;
  fresh.port = slot.port;
  slot = fresh;
  __atomic_store_n(&slot.port, field.port, __ATOMIC_RELEASE);
}

ReaderCounts counts_of(const wc_reader_socket& slot) {
  ReaderCounts counts;
  counts.datagrams = __atomic_load_n(&slot.datagrams, __ATOMIC_ACQUIRE);
  counts.thread = loaded(slot.thread);
  counts.datagrams_without_number = loaded(slot.unnumbered);
  counts.longest_gap_end_ns = loaded(slot.longest_gap_end_ns);
  if (loaded(slot.has_number) != 0) {
    counts.units = loaded(slot.units);
    counts.first_number = loaded(slot.first_number);
    counts.next_number = loaded(slot.next_number);
  }
  return counts;
}

}  // namespace

Result<void> ReaderTables::follow_socket(std::uint64_t cookie) {
  if (cookie == 0 || cookie == WC_READER_REMOVED) return fail(Errc::usage, "follow a socket: it has no cookie");
  if (found(memory_.sockets, cookie) != nullptr) return {};
  if (taken_.size() >= ReaderProbe::kMaxSockets) make_room();
  wc_reader_socket* slot = free_slot(memory_.sockets, cookie);
  if (slot == nullptr) return fail(Errc::unsupported, "follow a socket: its part of the table is full");
  insert(*slot, cookie);
  taken_[cookie] = ++ordinal_;
  return {};
}

void ReaderTables::make_room() {
  const auto oldest =
      std::min_element(taken_.begin(), taken_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (wc_reader_socket* slot = found(memory_.sockets, oldest->first)) {
    __atomic_store_n(&slot->cookie, WC_READER_REMOVED, __ATOMIC_RELEASE);
  }
  taken_.erase(oldest);
}

Result<void> ReaderTables::follow_thread(std::uint32_t thread) {
  if (thread == 0) return fail(Errc::usage, "follow a thread: 0 is the idle thread");
  if (found(memory_.threads, thread) != nullptr) return {};
  const auto followed = std::ranges::count_if(memory_.threads, [](const wc_reader_thread& slot) {
    return key_of(slot) != 0 && key_of(slot) != WC_READER_REMOVED;
  });
  if (static_cast<std::size_t>(followed) >= ReaderProbe::kMaxThreads) {
    return fail(Errc::unsupported, fmt::format("follow a thread: {} are followed", ReaderProbe::kMaxThreads));
  }
  wc_reader_thread* slot = free_slot(memory_.threads, thread);
  if (slot == nullptr) return fail(Errc::unsupported, "follow a thread: its part of the table is full");
  insert(*slot, thread);
  return {};
}

// Under its destination, and under any destination for sockets that are bound to none: there two layouts on one port cancel
// each other out, as nothing says which of them a datagram has.
Result<void> ReaderTables::follow_numbers(const NumberField& field) {
  if (field.port == 0 || !is_width(field.number_width) || (field.count_width != 0 && !is_width(field.count_width))) {
    return fail(Errc::usage, "follow numbers: a port and widths of 1, 2, 4 or 8 bytes are needed");
  }
  if (const Span span = span_of(field); span.end > 255 || span.end - span.begin > WC_READER_SPAN) {
    return fail(Errc::unsupported,
                fmt::format("follow numbers: number and count lie more than {} bytes apart, or beyond "
                            "the first 255",
                            WC_READER_SPAN));
  }
  const wc_reader_field exact = slot_of(field, field.destination);
  const wc_reader_field any = slot_of(field, IpAddress{});
  wc_reader_field* exact_slot = slot_for(memory_.fields, exact);
  wc_reader_field* any_slot = slot_for(memory_.fields, any);
  const bool is_new = exact_slot != nullptr && exact_slot->port == 0;
  if (exact_slot == nullptr || any_slot == nullptr || (is_new && fields_ >= kMaxFields)) {
    return fail(Errc::unsupported, fmt::format("follow numbers: the table of {} destinations is full", kMaxFields));
  }
  fields_ += is_new ? 1 : 0;
  write_field(*exact_slot, exact);
  if (any_slot->port == 0) {
    write_field(*any_slot, any);
  } else if (!same_layout(*any_slot, any)) {
    __atomic_store_n(&any_slot->span, std::uint8_t{0}, __ATOMIC_RELAXED);
  }
  __atomic_fetch_add(memory_.field_generation, 1U, __ATOMIC_RELEASE);
  return {};
}

std::optional<ReaderCounts> ReaderTables::take_counts(std::uint64_t cookie) {
  const auto taken = taken_.find(cookie);
  wc_reader_socket* slot = taken == taken_.end() ? nullptr : found(memory_.sockets, cookie);
  if (slot == nullptr) return std::nullopt;
  taken->second = ++ordinal_;
  ReaderCounts counts = counts_of(*slot);
  counts.longest_gap_ns = __atomic_exchange_n(&slot->longest_gap_ns, std::int64_t{0}, __ATOMIC_RELAXED);
  return counts;
}

void ReaderTables::begin_period() {
  for (wc_reader_socket& slot : memory_.sockets) {
    __atomic_store_n(&slot.previous_ns, std::int64_t{0}, __ATOMIC_RELAXED);
    __atomic_store_n(&slot.batch_next, WC_READER_BATCH_UNKNOWN, __ATOMIC_RELAXED);
  }
  for (wc_reader_thread& slot : memory_.threads) {
    __atomic_store_n(&slot.off_from_ns, std::int64_t{0}, __ATOMIC_RELAXED);
  }
}

}  // namespace wirecause
