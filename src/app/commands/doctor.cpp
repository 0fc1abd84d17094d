// wirecause doctor: what this host lets us see, and how to see more.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <net/if.h>

#include "app/command.hpp"
#include "app/doctor_page.hpp"
#include "app/output.hpp"

namespace wirecause {
namespace {

constexpr Option kOptions[] = {
    {.name = "--interface",
     .value = "IF",
     .brief = "look at this interface (default: all that are up)",
     .help = "Its driver decides whether losses at the NIC can be told from losses before it.",
     .repeatable = true},
    {.name = "--json", .value = "", .brief = "as JSON, schema wirecause.doctor/1"},
};

constexpr Example kExamples[] = {
    {.command = "wirecause doctor", .says = "what a live run as this user would see here, and what it would lack"},
    {.command = "wirecause doctor --interface eth0", .says = "the same for one interface"},
    {.command = "wirecause doctor --json | jq -r '.evidence[] | select(.remedy != \"\") | .remedy'",
     .says = "what there is to do"}};

Result<std::vector<HostInterface>> interfaces_of(const Arguments& arguments) {
  const std::vector<std::string> names = arguments.values("--interface");
  if (names.empty()) return interfaces_in_use();
  std::vector<HostInterface> interfaces;
  for (const std::string& name : names) {
    const std::uint32_t index = ::if_nametoindex(name.c_str());
    if (index == 0)
      return fail(Errc::usage, fmt::format("--interface {}: no such interface; ip link shows them", name));
    interfaces.push_back({name, index});
  }
  return interfaces;
}

Result<Exit> run(const Arguments& arguments) {
  HostContext context;
  WC_TRY_ASSIGN(context.interfaces, interfaces_of(arguments));
  const Checkup checkup{kernel_facts(context), context.interfaces, evidence_access(context)};
  WC_TRY(print(arguments.has("--json") ? checkup_json(checkup) : checkup_text(checkup)));
  return exit_of(checkup);
}

}  // namespace

extern constinit const Command command_doctor{
    .id = "doctor",
    .summary = "what this host lets us see, and how to see more",
    .description =
        "Goes through every piece of evidence that a live run can have and says whether it can be had here, by this user, "
        "in this network namespace: full, reduced or none, with what it takes, why not, and what to do about it. Asking "
        "opens what a run would open and closes it again; nothing is changed.\n\n"
        "Exit: 0 nothing is missing that could be had (what is reduced and has no \"do\" stays so on this host), 2 usage, 3 "
        "some evidence cannot be had, or is reduced and there is something to do.",
    .positionals = {},
    .options = kOptions,
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
