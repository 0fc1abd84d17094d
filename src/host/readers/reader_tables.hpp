// The three tables that the reader programs look into (bpf/readers.h), from the loader's side: it alone inserts, while the
// programs run. They are plain memory, so nothing here takes a system call; tests give their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "bpf/readers.h"
#include "host/drops/drop_probe.hpp"
#include "host/readers/reader_probe.hpp"

namespace wirecause {

struct ReaderMemory {
  std::span<wc_reader_socket, WC_READER_SOCKETS> sockets;
  std::span<wc_reader_thread, WC_READER_THREADS> threads;
  std::span<wc_reader_field, WC_READER_FIELDS> fields;
  std::uint32_t* field_generation;
};

class ReaderTables {
 public:
  static constexpr std::size_t kMaxFields = 4'096;

  explicit ReaderTables(const ReaderMemory& memory) : memory_(memory) {}

  // When kMaxSockets are followed, the one whose counts were not taken for the longest makes room: a closed socket's.
  Result<void> follow_socket(std::uint64_t cookie);
  // Threads that ended make room by themselves.
  Result<void> follow_thread(std::uint32_t thread);
  Result<void> follow_numbers(const NumberField& field);
  std::optional<ReaderCounts> take_counts(std::uint64_t cookie);

  // Nothing may be concluded over a time in which the programs did not run: gaps, intervals and batches begin anew.
  void begin_period();

 private:
  void make_room();

  ReaderMemory memory_;
  std::map<std::uint64_t, std::uint64_t> taken_;  // followed sockets: when their counts were taken, as an ordinal
  std::uint64_t ordinal_ = 0;
  std::size_t fields_ = 0;
};

}  // namespace wirecause
