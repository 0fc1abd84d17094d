// SPDX-License-Identifier: Apache-2.0
#include "app/stop_signals.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <utility>

namespace wirecause {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

std::atomic<int> wake_descriptor{-1};  // read by the handler
static_assert(std::atomic<int>::is_always_lock_free, "a handler may touch nothing that locks");

void set_handler(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigemptyset(&action.sa_mask);
  for (const int signal : kSignals) static_cast<void>(::sigaction(signal, &action, nullptr));
}

void wake(int descriptor) {
  const std::uint64_t one = 1;
  // A counter that is full is readable already.
  static_cast<void>(::write(descriptor, &one, sizeof one) < 0);
}

// Only what signal-safety(7) lists.
void on_signal(int /*signal*/) {
  const int interrupted = errno;
  set_handler(SIG_DFL);
  wake(wake_descriptor.load());
  errno = interrupted;
}

Result<void> add(int poll, int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  // A plain file cannot be waited for, and nobody reads it away.
  if (::epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0 || errno == EPERM || errno == EBADF) return {};
  return fail(Errc::io, fmt::format("wait for the end of the run: {}", std::strerror(errno)));
}

}  // namespace

Result<StopSignals> StopSignals::watch(int output) {
  const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  StopSignals stop(wake, poll);
  if (wake < 0 || poll < 0) {
    return fail(Errc::io, fmt::format("wait for signals: {}; raise the limit of open files", std::strerror(errno)));
  }
  WC_TRY(add(poll, wake, EPOLLIN));
  WC_TRY(add(poll, output, 0));  // EPOLLERR and EPOLLHUP come unasked: the reader has gone
  wake_descriptor.store(wake);
  set_handler(&on_signal);
  return stop;
}

StopSignals::StopSignals(StopSignals&& other) noexcept
    : wake_(std::exchange(other.wake_, -1)), poll_(std::exchange(other.poll_, -1)) {}

StopSignals::~StopSignals() {
  if (wake_ >= 0 && wake_descriptor.load() == wake_) {
    set_handler(SIG_DFL);
    wake_descriptor.store(-1);
  }
  if (poll_ >= 0) ::close(poll_);
  if (wake_ >= 0) ::close(wake_);
}

void StopSignals::request() const { wake(wake_); }

}  // namespace wirecause
