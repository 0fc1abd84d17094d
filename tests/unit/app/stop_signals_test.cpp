// SPDX-License-Identifier: Apache-2.0
#include "app/stop_signals.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace wirecause {
namespace {

bool is_readable(int descriptor) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1 && (entry.revents & POLLIN) != 0;
}

bool has_default_action(int signal) {
  struct sigaction now {};
  static_cast<void>(::sigaction(signal, nullptr, &now));
  return now.sa_handler == SIG_DFL;
}

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    close_reader();
    ::close(ends[1]);
  }
  void close_reader() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }

  std::array<int, 2> ends{-1, -1};
};

TEST(StopSignals, IsQuietUntilASignalComes) {
  const Pipe pipe;
  const auto stop = StopSignals::watch(pipe.ends[1]);
  ASSERT_TRUE(stop);
  EXPECT_FALSE(is_readable(stop->descriptor()));
}

TEST(StopSignals, AsksAtTheFirstSignalAndLeavesTheSecondToTheKernel) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Pipe pipe;
    const auto stop = StopSignals::watch(pipe.ends[1]);
    ASSERT_TRUE(stop);
    EXPECT_FALSE(has_default_action(signal));
    ASSERT_EQ(::raise(signal), 0);
    EXPECT_TRUE(is_readable(stop->descriptor()));
    EXPECT_TRUE(has_default_action(SIGINT));
    EXPECT_TRUE(has_default_action(SIGTERM));
  }
}

TEST(StopSignals, EndsTheProcessAtTheSecondSignal) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto stop = StopSignals::watch(STDOUT_FILENO);
    ::raise(SIGINT);
    ::raise(SIGINT);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(StopSignals, AsksWhenTheReaderOfTheOutputHasGone) {
  Pipe pipe;
  const auto stop = StopSignals::watch(pipe.ends[1]);
  ASSERT_TRUE(stop);
  EXPECT_FALSE(is_readable(stop->descriptor()));
  pipe.close_reader();
  EXPECT_TRUE(is_readable(stop->descriptor()));
}

TEST(StopSignals, AsksWhenToldTo) {
  const int file = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const auto stop = StopSignals::watch(file);  // nobody reads it away
  ASSERT_TRUE(stop);
  EXPECT_FALSE(is_readable(stop->descriptor()));
  stop->request();
  EXPECT_TRUE(is_readable(stop->descriptor()));
  ::close(file);
}

TEST(StopSignals, PutsTheDefaultActionBackAtItsEnd) {
  {
    const auto stop = StopSignals::watch(STDOUT_FILENO);
    ASSERT_TRUE(stop);
  }
  EXPECT_TRUE(has_default_action(SIGINT));
  EXPECT_TRUE(has_default_action(SIGTERM));
}

}  // namespace
}  // namespace wirecause
