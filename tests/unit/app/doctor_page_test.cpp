// SPDX-License-Identifier: Apache-2.0
#include "app/doctor_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.hpp"

namespace wirecause {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Checkup checkup(std::vector<EvidenceAccess> evidence) {
  Checkup checkup;
  checkup.kernel.release = "6.1.0";
  checkup.kernel.machine = "x86_64";
  checkup.kernel.has_btf = true;
  checkup.kernel.unprivileged_bpf_disabled = 2;
  checkup.kernel.uid = 1000;
  checkup.interfaces = {{"eth0", 4}};
  checkup.evidence = std::move(evidence);
  return checkup;
}

EvidenceAccess drops(Availability availability) {
  return {"drops", "each packet that the kernel dropped", "CAP_BPF and CAP_PERFMON", std::move(availability)};
}
EvidenceAccess snmp() { return {"collector snmp", "UDP counters", "none", available()}; }

TEST(DoctorPage, SaysOfFullEvidenceOnlyThatItIsFull) {
  const std::string text = checkup_text(checkup({snmp()}));
  EXPECT_THAT(text, HasSubstr("full     collector snmp: UDP counters\n"));
  EXPECT_THAT(text, Not(HasSubstr("why")));
  EXPECT_THAT(text, HasSubstr("all 1 pieces of evidence can be had here"));
}

TEST(DoctorPage, SaysOfMissingEvidenceWhatItNeedsWhyAndWhatToDo) {
  const std::string text = checkup_text(checkup({drops(unavailable("bpf(): not permitted", "run as root")), snmp()}));
  EXPECT_THAT(text, HasSubstr("none     drops: each packet that the kernel dropped\n"
                              "         needs  CAP_BPF and CAP_PERFMON\n"
                              "         why    bpf(): not permitted\n"
                              "         do     run as root\n"));
  EXPECT_THAT(text, HasSubstr("1 of 2 pieces of evidence in full, 0 reduced, 1 cannot be had"));
}

TEST(DoctorPage, SaysWhatToDoOnce) {
  const std::string text = checkup_text(checkup({drops(unavailable("not permitted: run as root", "run as root"))}));
  EXPECT_THAT(text, HasSubstr("why    not permitted\n"));
}

TEST(DoctorPage, NamesOnlyCapabilitiesThatMatter) {
  Checkup with = checkup({snmp()});
  EXPECT_THAT(checkup_text(with), HasSubstr("uid 1000, no capability that matters here"));
  with.kernel.capabilities = {"cap_chown", "cap_net_raw", "cap_bpf"};
  EXPECT_THAT(checkup_text(with), HasSubstr("uid 1000, cap_net_raw, cap_bpf"));
}

TEST(DoctorPage, FitsAScreenAndIsSafeForIt) {
  Checkup hostile = checkup({drops(reduced(std::string(300, 'w') + " \x1b[31m", std::string(90, 'x') + " and more"))});
  hostile.interfaces = {{"eth\x1b[2J", 4}};
  const std::string text = checkup_text(hostile);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  std::istringstream lines(
      checkup_text(checkup({drops(reduced("a reason of many words, " + std::string(80, 'y'), "b"))})));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 100U) << line;
}

TEST(DoctorPage, GivesProgramsTheSame) {
  const auto document = nlohmann::json::parse(checkup_json(checkup({drops(reduced("why", "do")), snmp()})));
  EXPECT_EQ(document["schema"], "wirecause.doctor/1");
  EXPECT_EQ(document["kernel"]["btf"], true);
  EXPECT_EQ(document["kernel"]["kptr_restrict"], nullptr);
  EXPECT_EQ(document["evidence"][0]["state"], "reduced");
  EXPECT_EQ(document["evidence"][0]["remedy"], "do");
  EXPECT_EQ(document["evidence"][1]["state"], "full");
  EXPECT_EQ(document["full"], 1);
  EXPECT_EQ(document["reduced"], 1);
  EXPECT_EQ(document["none"], 0);
}

TEST(DoctorPage, ContinuesALongReasonUnderItself) {
  const std::string text =
      checkup_text(checkup({drops(reduced(std::string(80, 'a') + " " + std::string(20, 'b'), ""))}));
  EXPECT_THAT(text,
              HasSubstr("\n         why    " + std::string(80, 'a') + "\n                " + std::string(20, 'b')));
  EXPECT_THAT(text, Not(HasSubstr("         do")));
}

TEST(DoctorPage, ExitsGreenOnlyWhenNothingIsLeftToDo) {
  EXPECT_EQ(exit_of(checkup({snmp()})), Exit::nothing_wrong);
  EXPECT_EQ(exit_of(checkup({snmp(), drops(reduced("this driver keeps no such counters", ""))})), Exit::nothing_wrong);
  EXPECT_EQ(exit_of(checkup({snmp(), drops(reduced("a", "b"))})), Exit::blind);
  EXPECT_EQ(exit_of(checkup({drops(unavailable("a", "b"))})), Exit::blind);
}

}  // namespace
}  // namespace wirecause
