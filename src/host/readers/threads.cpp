// Three small files of /proc/PID/task/TID are kept open and read again: stat (state, CPU), schedstat (time on a CPU
// and waiting for one, CONFIG_SCHED_INFO) and status (context switches). Their text is data: what is cut or missing stays as
// it is in an empty sample.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/threads.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/errno.hpp"
#include "base/file_descriptor.hpp"
#include "host/kernel/cpu_list.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/readers/proc_stat.hpp"
#include "host/readers/system_calls.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxThreads = 65'536;

FileDescriptor opened(const std::string& path) { return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); }

// "on_cpu_ns run_delay_ns timeslices"
void take_schedstat(std::string_view text, ThreadSample& sample) {
  sample.on_cpu_ns = number_of<std::uint64_t>(take_word(text)).value_or(0);
  sample.run_delay_ns = number_of<std::uint64_t>(take_word(text)).value_or(0);
}

// /proc/PID/syscall: "45 0x3 ...", "-1 0x... 0x..." (blocked, but in no system call), "running".
std::string system_call_in(std::string_view text) {
  const auto number = number_of<std::uint64_t>(take_word(text));
  return number ? system_call_name(*number) : std::string();
}

class ProcThread final : public ThreadReader {
 public:
  explicit ProcThread(std::string folder)
      : folder_(std::move(folder)),
        stat_(opened(folder_ + "/stat")),
        schedstat_(opened(folder_ + "/schedstat")),
        status_(opened(folder_ + "/status")) {}

  bool is_open() const { return stat_.is_open(); }

  std::optional<ThreadSample> sample() override {
    const auto stat = text_of(stat_.get());
    if (!stat || stat->empty()) return std::nullopt;
    ThreadSample sample;
    const ProcStat fields = parse_proc_stat(*stat);
    sample.state = fields.state;
    sample.cpu = fields.cpu;
    take_schedstat(text_of(schedstat_.get()).value_or(""), sample);
    const std::string status = text_of(status_.get()).value_or("");
    sample.involuntary_switches = number_of<std::uint64_t>(value_of(status, "nonvoluntary_ctxt_switches")).value_or(0);
    return sample;
  }

  ThreadFacts facts() override {
    ThreadFacts facts;
    facts.command = first_line(folder_ + "/comm");
    const std::string status = text_of(status_.get()).value_or("");
    facts.affinity = std::string(value_of(status, "Cpus_allowed_list"));
    facts.cpus = parse_cpu_list(facts.affinity);
    return facts;
  }

 private:
  std::string folder_;
  FileDescriptor stat_;
  FileDescriptor schedstat_;
  FileDescriptor status_;
};

}  // namespace

ThreadWait thread_wait(const std::string& proc, std::int32_t pid, std::int32_t thread) {
  const std::string folder = fmt::format("{}/{}/task/{}", proc, pid, thread);
  ThreadWait wait;
  wait.wchan = first_line(folder + "/wchan");
  if (wait.wchan == "0") wait.wchan.clear();  // running, or not ours to see
  wait.system_call = system_call_in(text_or_nothing(folder + "/syscall"));
  return wait;
}

Result<std::unique_ptr<ThreadReader>> open_thread(const std::string& proc, std::int32_t pid, std::int32_t thread) {
  auto reader = std::make_unique<ProcThread>(fmt::format("{}/{}/task/{}", proc, pid, thread));
  if (reader->is_open()) return reader;
  return system_failure(fmt::format("watch thread {} of process {}", thread, pid), errno);
}

std::vector<std::int32_t> threads_of(const std::string& proc, std::int32_t pid) {
  std::vector<std::int32_t> threads;
  DIR* folder = ::opendir(fmt::format("{}/{}/task", proc, pid).c_str());
  if (folder == nullptr) return threads;
  for (const dirent* entry = ::readdir(folder); entry != nullptr && threads.size() < kMaxThreads;
       entry = ::readdir(folder)) {
    if (const auto thread = number_of<std::int32_t>(entry->d_name)) threads.push_back(*thread);
  }
  ::closedir(folder);
  std::ranges::sort(threads);
  return threads;
}

}  // namespace wirecause
