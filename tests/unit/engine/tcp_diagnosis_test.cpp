// From segments to findings: conversations whose fault is known, and which cause is named for them, of whom, for how long.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "diagnose/diagnose.hpp"
#include "engine/tcp_evidence.hpp"
#include "support/tcp_talk.hpp"

namespace wirecause {
namespace {

using tcp::kAck;
using tcp::kFin;
using tcp::kRst;
using tcp::kSyn;
using test::Said;
using test::TcpTalk;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

struct Told {
  Diagnosis diagnosis;
  tcp::TcpSummary tcp;
  std::vector<Episode> episodes;

  std::vector<std::string_view> named(Severity least = Severity::info) const {
    std::vector<std::string_view> causes;
    for (const Finding& f : diagnosis.findings) {
      if (f.verdict == Verdict::named && f.severity >= least) causes.push_back(f.cause->id);
    }
    return causes;
  }
  const Finding& of(std::string_view cause) const {
    for (const Finding& f : diagnosis.findings) {
      if (f.cause->id == cause) return f;
    }
    ADD_FAILURE() << cause << " was not found";
    static const Finding kNone;
    return kNone;
  }
};

Told told(TcpTalk& talk) {
  Told out;
  out.tcp = talk.tracker.summary();
  TimeNs last = kNoTime;
  for (const tcp::ConnectionSummary& c : out.tcp.connections) last = later(last, c.last);
  Timeline timeline;
  Episode observation;
  observation.symptom = Symptom::observation;
  observation.subject = {SubjectKind::point, 0};
  out.episodes = publish_tcp(out.tcp, last, timeline).episodes;
  out.episodes.push_back(observation);
  out.diagnosis = diagnose(timeline, out.episodes);
  return out;
}

// The server's data in segments of 1000 bytes, each acknowledged 100 us later.
void transfer(TcpTalk& talk, std::uint32_t& next, std::uint32_t segments) {
  for (std::uint32_t i = 0; i < segments; ++i, next += 1'000) {
    talk.after(20).server({.seq = next, .ack = 1, .len = 1'000});
    talk.after(100).client({.seq = 1, .ack = next + 1'000});
  }
}

void close(TcpTalk& talk, std::uint32_t server_next, std::uint32_t client_next = 1) {
  talk.after(50).server({.seq = server_next, .ack = client_next, .flags = kFin | kAck});
  talk.after(50).client({.seq = client_next, .ack = server_next + 1, .flags = kFin | kAck});
  talk.after(50).server({.seq = server_next + 1, .ack = client_next + 1});
}

TEST(TcpDiagnosis, IsSilentOnAHealthyConnection) {
  TcpTalk talk;
  talk.handshake({.scale = 7, .mss = 1460, .sack_permitted = true}, {.scale = 7, .mss = 1460, .sack_permitted = true});
  std::uint32_t next = 1;
  transfer(talk, next, 100);
  close(talk, next);
  EXPECT_THAT(told(talk).diagnosis.findings, IsEmpty());
}

TEST(TcpDiagnosis, NamesASlowReceiverWithItsConnectionAndTime) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 10);
  talk.after(20).server({.seq = next, .ack = 1, .len = 1'000});
  talk.after(100).client({.seq = 1, .ack = next + 1'000, .window = 0});
  talk.after(400'000).client({.seq = 1, .ack = next + 1'000, .window = 60'000});
  next += 1'000;
  transfer(talk, next, 10);
  const Told result = told(talk);
  EXPECT_THAT(result.named(Severity::warning), ElementsAre("tcp_receiver_limited"));
  const Finding& finding = result.of("tcp_receiver_limited");
  EXPECT_THAT(finding.subject_name, HasSubstr("10.0.0.1:40000 → 10.0.0.2:443"));
  EXPECT_EQ(finding.connections, 1U);
  EXPECT_GE(finding.lost_ns, 400'000'000U);
  EXPECT_LE(finding.lost_ns, finding.life_ns);
  ASSERT_FALSE(finding.evidence.empty());
  EXPECT_THAT(finding.evidence.front().frames.filter, HasSubstr("ip.addr == 10.0.0.1"));
  EXPECT_FALSE(finding.evidence.front().frames.frames.empty());
}

TEST(TcpDiagnosis, NamesAWindowWithoutScalingThatIsAlwaysFull) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .window = 2'000});
  talk.after(50).server({.ack = 1, .flags = kSyn | kAck, .scale = 7});
  talk.after(50).client({.seq = 1, .ack = 1, .window = 2'000});
  for (std::uint32_t i = 0; i < 10; ++i) {
    talk.after(i == 0 ? 10 : 50).server({.seq = 1 + i * 2'000, .ack = 1, .len = 1'000});
    talk.after(1).server({.seq = 1'001 + i * 2'000, .ack = 1, .len = 1'000});
    talk.after(10'000).client({.seq = 1, .ack = 2'001 + i * 2'000, .window = 2'000});
  }
  const Told result = told(talk);
  EXPECT_THAT(result.named(Severity::warning), ElementsAre("tcp_window_limited"));
  EXPECT_THAT(result.of("tcp_window_limited").because, HasSubstr("the client offers no window scaling"));
}

TEST(TcpDiagnosis, NamesSmallWritesThatWaitForDelayedAcknowledgements) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  talk.after(10).client({.seq = next, .ack = 1, .len = 1'000});
  next += 1'000;
  talk.after(100).server({.seq = 1, .ack = next});
  for (int i = 0; i < 4; ++i, next += 200) {
    talk.after(20).client({.seq = next, .ack = 1, .len = 200});
    talk.after(40'000).server({.seq = 1, .ack = next + 200});
  }
  talk.after(20).client({.seq = next, .ack = 1, .len = 200});
  EXPECT_THAT(told(talk).named(Severity::warning), ElementsAre("tcp_nagle_delayed_ack"));
}

TEST(TcpDiagnosis, NamesATimeoutAndWhereTheBytesWereLost) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 10);
  talk.after(20).server({.seq = next, .ack = 1, .len = 1'000});
  talk.after(20).server({.seq = next + 1'000, .ack = 1, .len = 1'000});
  talk.after(210'000).server({.seq = next, .ack = 1, .len = 1'000});
  talk.after(100).client({.seq = 1, .ack = next + 2'000});
  next += 2'000;
  transfer(talk, next, 10);
  const Told result = told(talk);
  EXPECT_THAT(result.named(Severity::warning), ElementsAre("tcp_rto_stall"));
  EXPECT_THAT(result.of("tcp_rto_stall").because, HasSubstr("lost behind this point"));
  // Until the timer ran out, and the round trip in which what it sent again is acknowledged.
  EXPECT_GE(result.of("tcp_rto_stall").lost_ns, 210'000'000U);
  EXPECT_LE(result.of("tcp_rto_stall").lost_ns, 210'150'000U);
}

TEST(TcpDiagnosis, NamesLossThatAcknowledgementsTellOf) {
  TcpTalk talk;
  talk.handshake({.sack_permitted = true}, {.sack_permitted = true});
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  for (int i = 0; i < 3; ++i) {  // one of five is missing here, and the client says so
    for (std::uint32_t k = 1; k < 5; ++k) talk.after(5).server({.seq = next + 1'000 * k, .ack = 1, .len = 1'000});
    for (std::uint32_t k = 2; k <= 5; ++k) {
      talk.after(30).client({.seq = 1, .ack = next, .sack = {next + 1'000, next + 1'000 * k}});
    }
    talk.after(50).server({.seq = next, .ack = 1, .len = 1'000});
    talk.after(100).client({.seq = 1, .ack = next + 5'000});
    next += 5'000;
  }
  const Told result = told(talk);
  EXPECT_THAT(result.named(), ElementsAre("tcp_path_loss"));
  EXPECT_EQ(result.of("tcp_path_loss").strength, Strength::by_number);
  EXPECT_THAT(result.of("tcp_path_loss").because, HasSubstr("lost before this point"));
}

TEST(TcpDiagnosis, NamesPacketsThatWereOvertakenAndNothingElse) {
  TcpTalk talk;
  talk.handshake({.stamp = 1}, {.stamp = 1, .echo = 1});
  std::uint32_t next = 1;
  for (std::uint32_t i = 0; i < 5; ++i, next += 2'000) {
    talk.after(100).server({.seq = next + 1'000, .ack = 1, .len = 1'000, .stamp = 12 + 10 * i, .echo = 1});
    talk.after(10).server({.seq = next, .ack = 1, .len = 1'000, .stamp = 11 + 10 * i, .echo = 1});
    talk.after(100).client({.seq = 1, .ack = next + 2'000, .stamp = 20 + i, .echo = 11 + 10 * i});
  }
  const Told result = told(talk);
  EXPECT_THAT(result.named(), ElementsAre("tcp_reordering"));
  EXPECT_EQ(result.of("tcp_reordering").severity, Severity::info);
}

TEST(TcpDiagnosis, NamesAPeerThatIsGone) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  talk.after(20).server({.seq = next, .ack = 1, .len = 500});
  for (const std::int64_t wait : {205'000, 410'000, 820'000, 1'640'000}) {
    talk.after(wait).server({.seq = next, .ack = 1, .len = 500});
  }
  const Told result = told(talk);
  EXPECT_THAT(result.named(Severity::warning), ElementsAre("tcp_half_open"));
  EXPECT_TRUE(result.of("tcp_half_open").ongoing);
  EXPECT_THAT(result.of("tcp_half_open").because, HasSubstr("the client has been silent"));
}

TEST(TcpDiagnosis, NamesAHostThatCameBackWithoutTheConnection) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  talk.after(20).server({.seq = next, .ack = 1, .len = 500});
  talk.after(205'000).server({.seq = next, .ack = 1, .len = 500});
  talk.after(410'000).server({.seq = next, .ack = 1, .len = 500});
  talk.after(100).client({.seq = 1, .flags = kRst});
  EXPECT_THAT(told(talk).named(Severity::warning), Contains("tcp_half_open"));
}

TEST(TcpDiagnosis, NamesAnEndThatBreaksOffWithDataUnderWay) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  talk.after(20).server({.seq = next, .ack = 1, .len = 1'000});
  talk.after(20).client({.seq = 1, .ack = next, .flags = kRst | kAck});
  const Told result = told(talk);
  EXPECT_THAT(result.named(Severity::warning), ElementsAre("tcp_reset_by_peer"));
  EXPECT_THAT(result.of("tcp_reset_by_peer").because, HasSubstr("the client reset the connection while 1000 B"));
}

TEST(TcpDiagnosis, OnlyTellsOfAResetThatBreaksNothingOff) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  talk.after(20).client({.seq = 1, .ack = next, .flags = kRst | kAck});
  const Told result = told(talk);
  EXPECT_THAT(result.named(), ElementsAre("tcp_reset_by_peer"));
  EXPECT_THAT(result.named(Severity::warning), IsEmpty());
}

// The client is seven hops away, and a reset in its name two.
TEST(TcpDiagnosis, NamesAResetFromANearerPlace) {
  for (const bool always : {true, false}) {
    TcpTalk talk;
    talk.client({.flags = kSyn, .ttl = 57});
    talk.after(50).server({.ack = 1, .flags = kSyn | kAck});
    // Hop counts that change prove nothing.
    talk.after(50).client({.seq = 1, .ack = 1, .ttl = static_cast<std::uint8_t>(always ? 57 : 64)});
    for (std::uint32_t i = 0; i < 5; ++i) {
      talk.after(20).server({.seq = 1 + 1'000 * i, .ack = 1, .len = 1'000});
      talk.after(100).client({.seq = 1, .ack = 1'001 + 1'000 * i, .ttl = 57});
    }
    talk.after(20).client({.seq = 1, .ack = 5'001, .flags = kRst | kAck, .ttl = 62});
    const Told result = told(talk);
    if (always) {
      EXPECT_THAT(result.named(Severity::warning), ElementsAre("tcp_reset_by_middlebox"));
    } else {
      EXPECT_THAT(result.of("tcp_reset_by_middlebox").undecided_with, ElementsAre("tcp_reset_by_peer"));
    }
  }
}

TEST(TcpDiagnosis, NamesAResetThatItsEndKnowsNothingOf) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  talk.after(20).server({.seq = next, .ack = 1, .flags = kRst | kAck});
  talk.after(500).server({.seq = next, .ack = 1, .len = 1'000});
  talk.after(500).server({.seq = next + 1'000, .ack = 1, .len = 1'000});
  EXPECT_THAT(told(talk).named(Severity::warning), ElementsAre("tcp_reset_by_middlebox"));
}

TEST(TcpDiagnosis, NamesAServerThatTakesNoConnections) {
  TcpTalk talk;
  talk.handshake();
  talk.after(100).client({.seq = 1, .ack = 1, .len = 100});
  talk.after(210'000).client({.seq = 1, .ack = 1, .len = 100});
  talk.after(790'000).server({.ack = 1, .flags = kSyn | kAck});
  talk.after(50).client({.seq = 101, .ack = 1});
  EXPECT_THAT(told(talk).named(Severity::warning), Contains("tcp_accept_queue_overflow"));
}

TEST(TcpDiagnosis, NamesAFloodAtItsServer) {
  TcpTalk talk;
  for (std::uint16_t port = 1'000; port < 1'200; ++port) {
    talk.ports(port, 443).after(10).client({.flags = kSyn});
    talk.after(10).server({.ack = 1, .flags = kSyn | kAck});
  }
  // Its server asks again after a second (RFC 6298).
  talk.after(1'100'000);
  for (std::uint16_t port = 1'000; port < 1'010; ++port)
    talk.ports(port, 443).after(10).server({.ack = 1, .flags = kSyn | kAck});
  const Told result = told(talk);
  EXPECT_THAT(result.named(Severity::warning), ElementsAre("tcp_syn_flood"));
  EXPECT_EQ(result.of("tcp_syn_flood").subject_name, "TCP server 10.0.0.2:443");
}

// A capture of SYNs alone ("tcp-syn"), and one that ends before acknowledgements can have come.
TEST(TcpDiagnosis, TakesNoFilterAndNoEndOfACaptureForAFlood) {
  for (const bool ends : {false, true}) {
    TcpTalk talk;
    if (ends) {
      talk.ports(999, 443).handshake();
      talk.after(2'000'000);
    }
    for (std::uint16_t port = 1'000; port < 1'200; ++port) {
      talk.ports(port, 443).after(ends ? 10 : 10'000).client({.flags = kSyn});
      talk.after(10).server({.ack = 1, .flags = kSyn | kAck});
    }
    EXPECT_THAT(told(talk).named(Severity::warning), IsEmpty()) << ends;
  }
}

// RFC 5961: a number far outside the window; the connection goes on.
TEST(TcpDiagnosis, DoesNotBelieveAResetFarFromTheWindow) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  talk.after(20).server({.seq = next + 500'000'000, .ack = 1, .flags = kRst});
  transfer(talk, next, 5);
  const Told result = told(talk);
  EXPECT_THAT(result.named(), IsEmpty());
  EXPECT_EQ(result.tcp.connections.at(0).directions[1].state, tcp::State::established);
  EXPECT_EQ(result.tcp.connections.at(0).resets(), 1U);
}

// The worst are kept where there are too many.
TEST(TcpDiagnosis, TellsOfTheResetsThatLostMost) {
  TcpTalk talk(TcpTalk::kClientFirst, TcpTalk::kServerFirst, 2'000);
  for (std::uint16_t port = 1'000; port < 1'700; ++port) {
    const bool loses = port >= 1'600;
    talk.ports(port, 443).after(1'000).handshake();
    talk.after(100).client({.seq = 1, .ack = 1, .len = 100});
    if (!loses) talk.after(100).server({.seq = 1, .ack = 101});
    talk.after(20).server({.seq = 1, .ack = 1, .flags = kRst | kAck});
  }
  EXPECT_THAT(told(talk).named(Severity::warning), Contains("tcp_reset_by_peer"));
}

TEST(TcpDiagnosis, NamesWhatIsRefusedAndWhatIsFiltered) {
  TcpTalk refused;
  refused.client({.flags = kSyn});
  refused.after(50).server({.ack = 1, .flags = kRst | kAck});
  EXPECT_THAT(told(refused).named(Severity::warning), ElementsAre("tcp_connect_refused"));
  TcpTalk filtered;
  filtered.client({.flags = kSyn});
  filtered.after(1'000'000).client({.flags = kSyn});
  filtered.after(2'000'000).client({.flags = kSyn});
  EXPECT_THAT(told(filtered).named(Severity::warning), ElementsAre("tcp_connect_filtered"));
}

TEST(TcpDiagnosis, NamesOptionsThatAreLostBetweenTwoPoints) {
  TcpTalk talk;
  for (const std::uint32_t point : {0U, 1U}) {
    const bool sack = point == 0;
    talk.point(point);
    talk.handshake({.sack_permitted = sack}, {.sack_permitted = sack});
  }
  EXPECT_THAT(told(talk).named(Severity::warning), ElementsAre("tcp_options_missing"));
}

TEST(TcpDiagnosis, NamesTheCaptureWhereReceiversAcknowledgeWhatItNeverSaw) {
  TcpTalk talk;
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  talk.after(100).client({.seq = 1, .ack = next + 1'000});
  next += 1'000;
  transfer(talk, next, 5);
  const Told result = told(talk);
  EXPECT_THAT(result.named(), ElementsAre("capture_dropped"));
  EXPECT_THAT(result.of("capture_dropped").because, HasSubstr("1000 B"));
}

// Copies that the capture made are no retransmissions, whatever their number.
TEST(TcpDiagnosis, TakesNoCopyOfTheCaptureForAFault) {
  TcpTalk talk;
  talk.handshake();
  for (std::uint32_t i = 0; i < 50; ++i) {
    const int id = static_cast<int>(100 + 2 * i);
    for (int copy = 0; copy < 2; ++copy) {
      talk.after(copy == 0 ? 20 : 3).server({.seq = 1 + 1'000 * i, .ack = 1, .len = 1'000, .ip_id = id});
    }
    for (int copy = 0; copy < 2; ++copy) {
      talk.after(copy == 0 ? 100 : 3).client({.seq = 1, .ack = 1'001 + 1'000 * i, .ip_id = id + 1});
    }
  }
  EXPECT_THAT(told(talk).diagnosis.findings, IsEmpty());
}

// --- many connections ---

void slow_reader(TcpTalk& talk) {
  talk.handshake();
  std::uint32_t next = 1;
  transfer(talk, next, 5);
  talk.after(20).server({.seq = next, .ack = 1, .len = 1'000});
  talk.after(100).client({.seq = 1, .ack = next + 1'000, .window = 0});
  talk.after(300'000).client({.seq = 1, .ack = next + 1'000, .window = 60'000});
  talk.after(20).server({.seq = next + 1'000, .ack = 1, .len = 1'000});
}

TEST(TcpDiagnosis, TellsOnceWhatSeveralConnectionsOfTwoHostsBear) {
  TcpTalk talk;
  for (std::uint16_t port = 1'000; port < 1'003; ++port) slow_reader(talk.ports(port, 443));
  const Told result = told(talk);
  ASSERT_THAT(result.named(Severity::warning), ElementsAre("tcp_receiver_limited"));
  const Finding& finding = result.of("tcp_receiver_limited");
  EXPECT_EQ(finding.subject_name, "TCP 10.0.0.1 → 10.0.0.2");
  EXPECT_EQ(finding.connections, 3U);
  EXPECT_EQ(finding.episodes, 3U);
}

TEST(TcpDiagnosis, TellsOfTheServerWhatSeveralHostsBear) {
  TcpTalk talk;
  for (const std::uint32_t client : {0x0a000101U, 0x0a000102U, 0x0a000103U}) {
    slow_reader(talk.hosts(client, 0x0a000002));
  }
  const Told result = told(talk);
  EXPECT_EQ(result.of("tcp_receiver_limited").subject_name, "TCP server 10.0.0.2:443");
  EXPECT_EQ(result.diagnosis.findings.size(), 1U);
}

TEST(TcpDiagnosis, TellsOfTheCaptureWhatStandsEverywhere) {
  TcpTalk talk;
  for (std::uint32_t i = 0; i < 20; ++i) slow_reader(talk.hosts(0x0a000100 + i, 0x0a000200 + i));
  const Told result = told(talk);
  ASSERT_EQ(result.diagnosis.findings.size(), 1U);
  EXPECT_EQ(result.diagnosis.findings.front().subject.kind, SubjectKind::point);
  EXPECT_EQ(result.diagnosis.findings.front().connections, 20U);
}

// What the findings explain of the lost time is never more than was lost, and no part of it is explained twice.
TEST(TcpDiagnosis, ExplainsNoTimeTwice) {
  TcpTalk talk;
  slow_reader(talk);
  std::uint32_t next = 7'001;
  transfer(talk, next, 5);
  talk.after(20).server({.seq = next, .ack = 1, .len = 1'000});
  talk.after(20).server({.seq = next + 1'000, .ack = 1, .len = 1'000});
  talk.after(210'000).server({.seq = next, .ack = 1, .len = 1'000});
  talk.after(100).client({.seq = 1, .ack = next + 2'000});
  const Told result = told(talk);
  EXPECT_THAT(result.named(), IsSupersetOf({"tcp_receiver_limited", "tcp_rto_stall"}));
  std::uint64_t explained = 0;
  for (const Finding& finding : result.diagnosis.findings) explained += finding.lost_ns;
  EXPECT_EQ(explained, static_cast<std::uint64_t>(result.tcp.connections.at(0).stalled().ns));
}

}  // namespace
}  // namespace wirecause
