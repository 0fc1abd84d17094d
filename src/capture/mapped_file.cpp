// SPDX-License-Identifier: Apache-2.0
#include "capture/mapped_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <mutex>

namespace wirecause {
namespace {

// One mapping as the signal handler sees it. Free when `end` is 0; `begin` is valid while `end` is not 0.
struct Slot {
  std::atomic<bool> taken{false};
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> cut{false};
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free, "the handler may not wait");

constinit std::array<Slot, kMaxMappings> slots{};
constinit struct sigaction handler_before {};

std::uintptr_t page_bytes() {
  static const auto size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

// Async-signal-safe: lock-free atomics and mmap(2), which is a plain system call on Linux.
void on_sigbus(int signal, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (Slot& slot : slots) {
    const std::uintptr_t end = slot.end.load(std::memory_order_acquire);
    if (end == 0 || address >= end || address < slot.begin.load(std::memory_order_relaxed)) continue;
    const std::uintptr_t page = address & ~(page_bytes() - 1);
    void* zeros = ::mmap(reinterpret_cast<void*>(page), end - page, PROT_READ,  // NOLINT(performance-no-int-to-ptr)
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED) break;
    slot.cut.store(true, std::memory_order_release);
    return;
  }
  // Not ours: the handler that was there before sees it when the faulting instruction runs again, or the signal is sent
  // again.
  (void)::sigaction(SIGBUS, &handler_before, nullptr);
  if (info->si_code <= 0) (void)::raise(signal);  // by kill(2) or raise(3): no instruction faulted
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    (void)page_bytes();  // not for the first time inside the handler
    struct sigaction action {};
    action.sa_sigaction = &on_sigbus;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    (void)::sigemptyset(&action.sa_mask);
    (void)::sigaction(SIGBUS, &action, &handler_before);
  });
}

// kMaxMappings when none is free.
std::size_t take_slot() {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!slots[i].taken.exchange(true)) return i;
  }
  return kMaxMappings;
}

}  // namespace

std::unique_ptr<MappedFile> MappedFile::map(int descriptor, std::size_t size) {
  install_handler();
  const std::size_t slot = take_slot();
  if (slot == kMaxMappings) return nullptr;
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (address == MAP_FAILED) {
    slots[slot].taken = false;
    return nullptr;
  }
  (void)::madvise(address, size, MADV_SEQUENTIAL);  // advice only
  const auto begin = reinterpret_cast<std::uintptr_t>(address);
  const std::uintptr_t pages_end = (begin + size + page_bytes() - 1) & ~(page_bytes() - 1);
  slots[slot].cut = false;
  slots[slot].begin = begin;
  slots[slot].end.store(pages_end, std::memory_order_release);
  const Bytes bytes(static_cast<const std::byte*>(address), size);
  return std::unique_ptr<MappedFile>(new MappedFile(descriptor, bytes, slot));
}

MappedFile::~MappedFile() {
  slots[slot_].end.store(0, std::memory_order_release);
  (void)::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  (void)::close(descriptor_);
  slots[slot_].taken = false;
}

void MappedFile::move_to(std::size_t offset) {
  populate_until(offset + kPopulateStep);
  release_before(offset);
}

// One call maps what 32 page faults would: a fault costs as much as decoding several packets. Advice only; a kernel
// before 5.14 refuses it and faults as ever.
void MappedFile::populate_until(std::size_t wanted) {
#ifdef MADV_POPULATE_READ
  if (wanted <= populated_ || populated_ >= bytes_.size()) return;
  const std::size_t size = std::min(2 * kPopulateStep, bytes_.size() - populated_);
  (void)::madvise(const_cast<std::byte*>(bytes_.data()) + populated_, size, MADV_POPULATE_READ);
  populated_ += size;
#else
  (void)wanted;
#endif
}

void MappedFile::release_before(std::size_t offset) {
  const std::size_t passed = offset & ~(page_bytes() - 1);
  if (passed < released_ + kReleaseStep) return;
  std::byte* from = const_cast<std::byte*>(bytes_.data()) + released_;
  (void)::madvise(from, passed - released_, MADV_DONTNEED);  // the pages stay in the page cache
  released_ = passed;
}

bool MappedFile::was_cut() const { return slots[slot_].cut.load(std::memory_order_acquire); }

bool MappedFile::is_shorter_now() const {
  struct stat status {};
  return was_cut() || (::fstat(descriptor_, &status) == 0 && static_cast<std::size_t>(status.st_size) < bytes_.size());
}

}  // namespace wirecause
