// SPDX-License-Identifier: Apache-2.0
#include "app/watch_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/parse.hpp"

namespace wirecause {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<WatchRequest> asked(const std::vector<std::string>& words) {
  auto arguments = parse_arguments(*find_command("watch"), words);
  if (!arguments) return tl::unexpected(arguments.error());
  return watch_request(*arguments);
}

std::string refusal(const std::vector<std::string>& words) {
  const auto request = asked(words);
  if (request) return "accepted";
  EXPECT_EQ(request.error().code(), Errc::usage);
  return request.error().message();
}

TEST(WatchOptions, NeedOnlyAnInterface) {
  const auto request = asked({"eth0"});
  ASSERT_TRUE(request);
  const WatchOptions& options = request->options;
  EXPECT_THAT(options.interfaces, ElementsAre("eth0"));
  EXPECT_TRUE(options.joins.empty());
  EXPECT_FALSE(options.duration || options.rcvbuf || options.busy_poll || options.cpu || options.until_finding);
  EXPECT_TRUE(options.use_bpf);
  EXPECT_EQ(options.ring_bytes, 64U << 20U);
  EXPECT_FALSE(request->json);
  EXPECT_EQ(request->fail_on, Severity::warning);
}

TEST(WatchOptions, SayWhatThereIsToWatch) {
  EXPECT_THAT(refusal({}), HasSubstr("nothing to watch: name an IFACE"));
  EXPECT_TRUE(asked({"--join", "239.1.1.1:26477"}));
}

TEST(WatchOptions, TakeEachInterfaceOnce) {
  const auto request = asked({"eth1", "eth0", "eth1"});
  ASSERT_TRUE(request);
  EXPECT_THAT(request->options.interfaces, ElementsAre("eth1", "eth0"));
}

TEST(WatchOptions, RefuseWhatCannotBeAnInterface) {
  for (const std::string name : {"", "eth 0", "a/b", "eth0:1", "..", "a-name-of-16-let", "eth\n"}) {
    EXPECT_THAT(refusal({name}), HasSubstr("is no name of an interface")) << name;
  }
  EXPECT_TRUE(asked({"enp3s0f0np0.401"}));  // 15 letters: the most that the kernel allows
}

TEST(WatchOptions, ReadAGroupToJoinWithAndWithoutItsInterface) {
  const auto request = asked({"--join", "239.1.1.1:26477", "--join", "[ff15::1]:5000@eth1"});
  ASSERT_TRUE(request);
  const auto& joins = request->options.joins;
  ASSERT_EQ(joins.size(), 2U);
  EXPECT_EQ(joins[0].endpoint.port, 26'477);
  EXPECT_EQ(joins[0].interface, "");
  EXPECT_EQ(joins[1].endpoint.address, *IpAddress::parse("ff15::1"));
  EXPECT_EQ(joins[1].interface, "eth1");
}

TEST(WatchOptions, RefuseToJoinWhatIsNoGroup) {
  EXPECT_THAT(refusal({"--join", "10.0.0.1:5000"}), HasSubstr("--join: '10.0.0.1:5000' is no multicast group"));
  EXPECT_THAT(refusal({"--join", "239.1.1.1"}), HasSubstr("is no GROUP:PORT"));
  EXPECT_THAT(refusal({"--join", "239.1.1.1:5000@"}), HasSubstr("is no name of an interface"));
  EXPECT_THAT(refusal({"--join", "@eth0"}), HasSubstr("is no GROUP:PORT"));
}

TEST(WatchOptions, ReadSizesTimesAndNumbers) {
  const auto request =
      asked({"eth0", "--join", "239.1.1.1:1", "--rcvbuf", "8M", "--busy-poll", "50", "--cpu", "0", "--ring", "256M",
             "--duration", "90s", "--netns", "feeds", "--filter", "udp port 5000", "--no-bpf", "--json"});
  ASSERT_TRUE(request);
  const WatchOptions& options = request->options;
  EXPECT_EQ(options.rcvbuf, 8U * 1'024 * 1'024);
  EXPECT_EQ(options.busy_poll, 50U);
  EXPECT_EQ(options.cpu, 0U);
  EXPECT_EQ(options.ring_bytes, 256U * 1'024 * 1'024);
  EXPECT_EQ(options.duration, seconds(90));
  EXPECT_EQ(options.netns, "feeds");
  EXPECT_EQ(options.filter, "udp port 5000");
  EXPECT_FALSE(options.use_bpf);
  EXPECT_TRUE(request->json);
}

TEST(WatchOptions, RefuseWhatTheKernelWouldNotTake) {
  EXPECT_THAT(refusal({"--join", "239.1.1.1:1", "--rcvbuf", "3G"}), HasSubstr("--rcvbuf: 3221225472 is not within"));
  EXPECT_THAT(refusal({"--join", "239.1.1.1:1", "--rcvbuf", "0"}), HasSubstr("--rcvbuf"));
  EXPECT_THAT(refusal({"eth0", "--cpu", "1024"}), HasSubstr("--cpu: 1024 is not within 0 to 1023"));
  EXPECT_THAT(refusal({"eth0", "--cpu", "-1"}), HasSubstr("--cpu"));
  EXPECT_THAT(refusal({"eth0", "--ring", "1"}), HasSubstr("--ring: '1' is not within 1M to 4G"));
  EXPECT_THAT(refusal({"eth0", "--ring", "99999999999999999G"}), HasSubstr("is too large"));
  EXPECT_THAT(refusal({"eth0", "--duration", "0"}), HasSubstr("--duration: '0' is no length of time"));
  EXPECT_THAT(refusal({"eth0", "--duration", "5 apples"}), HasSubstr("--duration"));
  EXPECT_THAT(refusal({"eth0", "--netns", ""}), HasSubstr("--netns: is empty"));
}

TEST(WatchOptions, RefuseAnOptionThatWouldDoNothing) {
  EXPECT_THAT(refusal({"eth0", "--rcvbuf", "8M"}), HasSubstr("--rcvbuf is for the socket of --join"));
  EXPECT_THAT(refusal({"eth0", "--busy-poll", "50"}), HasSubstr("--busy-poll is for the socket of --join"));
  EXPECT_THAT(refusal({"--join", "239.1.1.1:1", "--ring", "8M"}), HasSubstr("--ring is for the tap of an IFACE"));
  EXPECT_THAT(refusal({"--join", "239.1.1.1:1", "--filter", "udp"}), HasSubstr("--filter is for the tap of an IFACE"));
}

TEST(WatchOptions, EndAtTheFindingThatTheExitCodeCounts) {
  EXPECT_EQ(asked({"eth0", "--until-finding"})->options.until_finding, Severity::warning);
  EXPECT_EQ(asked({"eth0", "--until-finding", "--fail-on", "critical"})->options.until_finding, Severity::critical);
  const auto never = asked({"eth0", "--until-finding", "--fail-on", "never"});
  EXPECT_EQ(never->options.until_finding, Severity::warning);
  EXPECT_EQ(never->fail_on, std::nullopt);
}

TEST(WatchOptions, SayOfFeedsWhatAnalyzeSays) {
  const auto request = asked({"eth0", "--framing", "moldudp64@239.1.1.1:1", "--pair", "239.1.1.1:1=239.1.1.2:1",
                              "--recovery", "10.0.0.1:7", "--clock-error", "1us", "--max-list", "5"});
  ASSERT_TRUE(request);
  const AnalysisOptions& analysis = request->options.analysis;
  ASSERT_EQ(analysis.framings.size(), 1U);
  EXPECT_EQ(analysis.framings[0].framing->id, "moldudp64");
  EXPECT_EQ(analysis.pairs.size(), 1U);
  EXPECT_EQ(analysis.recovery.size(), 1U);
  EXPECT_EQ(analysis.feed.clock_error, microseconds(1));
  EXPECT_EQ(analysis.feed.max_list, 5U);
  EXPECT_THAT(refusal({"eth0", "--framing", "nonsense"}), HasSubstr("--framing: no protocol 'nonsense'"));
}

}  // namespace
}  // namespace wirecause
