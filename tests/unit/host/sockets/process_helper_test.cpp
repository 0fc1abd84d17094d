// The helper: a process of its own that answers what this one asks, without what this one has open, and that ends with it.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include "host/kernel/kernel_text.hpp"
#include "host/sockets/process_search.hpp"
#include "support/proc_folder.hpp"

namespace wirecause::testing {
namespace {

namespace fs = std::filesystem;

// Children of this process by name.
std::vector<pid_t> helpers() {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string folder = entry.path().string();
    if (first_line(folder + "/comm") != "wirecause-proc") continue;
    const std::string status = text_or_nothing(folder + "/status");
    if (value_of(status, "PPid") != std::to_string(::getpid())) continue;
    if (value_of(status, "State").starts_with("Z")) continue;
    found.push_back(std::stoi(entry.path().filename().string()));
  }
  return found;
}

class ProcessHelper : public ::testing::Test {
 protected:
  ProcessHelper() {
    proc.file("2435/comm", "feedhandler\n");
    proc.link("2435/fd/5", "socket:[77]");
    proc.link("2435/fd/7", "/dev/onload");
    proc.file("2435/task/2437/wchan", "futex_wait_queue");
  }
  std::unique_ptr<ProcessSearch> started() {
    auto helper = start_search_helper(proc.path());
    EXPECT_TRUE(helper) << (helper ? "" : helper.error().message());
    return helper ? std::move(*helper) : nullptr;
  }
  const ProcFolder proc;
};

TEST_F(ProcessHelper, AnswersWhatIsAsked) {
  const auto search = started();
  const OwnerSearch owners = search->owners({77, 78});
  ASSERT_EQ(owners.owners.size(), 1U);
  EXPECT_EQ(owners.owners.at(77).at(0).pid, 2435);
  EXPECT_EQ(owners.owners.at(77).at(0).command, "feedhandler");
  ASSERT_EQ(search->bypass().processes.size(), 1U);
  EXPECT_EQ(search->bypass().processes.at(0).stack, "Onload");
  EXPECT_EQ(search->wait(2435, 2437).wchan, "futex_wait_queue");
  EXPECT_EQ(search->failure(), "");
}

TEST_F(ProcessHelper, HoldsNothingOpenOfThisProcess) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto search = started();
  EXPECT_TRUE(search->owners({1}).owners.empty());  // it serves by now
  const auto all = helpers();
  ASSERT_EQ(all.size(), 1U);
  const std::string mine = fs::read_symlink("/proc/self/fd/" + std::to_string(ends[1])).string();
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(all[0]) + "/fd")) {
    std::error_code gone;
    EXPECT_NE(fs::read_symlink(entry.path(), gone).string(), mine);
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(ProcessHelper, IsDeafToTheTerminalsSignalsAndEndsWithItsOwner) {
  auto search = started();
  EXPECT_TRUE(search->owners({1}).owners.empty());
  const auto all = helpers();
  ASSERT_EQ(all.size(), 1U);
  ::kill(all[0], SIGINT);
  ::kill(all[0], SIGTERM);
  EXPECT_EQ(search->owners({77}).owners.size(), 1U);
  search.reset();
  EXPECT_THAT(helpers(), ::testing::IsEmpty());
}

TEST_F(ProcessHelper, ThatWasKilledIsToldAndAskedNoMore) {
  const auto search = started();
  EXPECT_TRUE(search->owners({1}).owners.empty());
  const auto all = helpers();
  ASSERT_EQ(all.size(), 1U);
  ::kill(all[0], SIGKILL);
  EXPECT_TRUE(search->owners({77}).owners.empty());
  EXPECT_THAT(std::string(search->failure()), ::testing::HasSubstr("the helper that reads /proc"));
  EXPECT_TRUE(search->bypass().processes.empty());
}

}  // namespace
}  // namespace wirecause::testing
