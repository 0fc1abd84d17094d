// What followed sockets and their readers do, read one by one.
// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include <algorithm>

#include "engine/live/consumer_book.hpp"

namespace wirecause {

void ConsumerBook::follow(WatchedSocket& socket) {
  if (socket.is_followed || sources_.readers == nullptr) return;
  socket.is_followed = sources_.readers->follow_socket(socket.now.cookie).has_value();
}

// The thread that read last; without the probe, the only thread of the only owner.
void ConsumerBook::follow_reader(WatchedSocket& socket) {
  if (socket.owners.empty()) return;
  const std::int32_t pid = socket.owners.front().pid;
  std::uint32_t thread = socket.reads && sources_.pids_are_the_kernels ? socket.reads->thread : 0;
  if (thread == 0 && socket.reader == nullptr) {
    const auto threads = threads_of(sources_.proc, pid);
    if (threads.size() == 1) thread = static_cast<std::uint32_t>(threads.front());
  }
  if (thread == 0 || thread == socket.reader_thread) return;
  // The reader may belong to a process that inherited the socket.
  for (const SocketOwner& owner : socket.owners) {
    auto opened = open_thread(sources_.proc, owner.pid, static_cast<std::int32_t>(thread));
    if (!opened) continue;
    socket.reader = std::move(*opened);
    socket.reader_thread = thread;
    socket.reader_process = owner.pid;
    const ThreadFacts facts = socket.reader->facts();
    socket.reader_command = facts.command;
    socket.reader_affinity = facts.affinity;
    socket.reader_cpus = static_cast<std::uint32_t>(facts.cpus.size());
    if (sources_.readers != nullptr && sources_.pids_are_the_kernels) (void)sources_.readers->follow_thread(thread);
    return;
  }
}

// Three files to open: with every other sample where a limit is set, else ten times a second for a few sockets and less
// often for many.
void ConsumerBook::read_throttling(WatchedSocket& socket, TimeNs now) {
  const auto sockets = static_cast<std::int64_t>(sockets_.size());
  const DurationNs every = socket.limit ? milliseconds(20) : milliseconds(std::max<std::int64_t>(100, 20 * sockets));
  if (now - socket.throttled_read_at < every) return;
  socket.throttled_read_at = now;
  const auto cgroup = cgroup_cpu(sources_.proc, sources_.sys, socket.owners.front().pid);
  socket.throttled_us = cgroup ? std::optional(cgroup->throttled_usec) : std::nullopt;
  if (!cgroup || !cgroup->quota_usec || !cgroup->period_usec) return;
  // As /proc/PID/cgroup spells it: version 1 has no cpu.max, and its path is below a hierarchy of its own.
  const std::string path = cgroup->is_v1 ? "cpu:" + cgroup->path : cgroup->path;
  socket.limit = CgroupLimit{path, *cgroup->quota_usec, *cgroup->period_usec};
}

void ConsumerBook::sample(WatchedSocket& socket, TimeNs now, std::int64_t offset) {
  SocketSample sample;
  sample.time = now;
  sample.queue_bytes = socket.now.queue_bytes;
  sample.buffer_bytes = socket.now.buffer_bytes;
  sample.drops = socket.now.drops;
  sample.arrived = arrived(socket);
  std::optional<ReadPause> pause;
  if (socket.is_followed && sources_.readers->is_attached()) {
    socket.reads = sources_.readers->take_counts(socket.now.cookie);
    if (socket.reads) {
      sample.reads = socket.reads->datagrams;
      if (socket.reads->longest_gap_ns > 0) {
        const TimeNs end{socket.reads->longest_gap_end_ns + offset};
        pause = ReadPause{end - nanoseconds(socket.reads->longest_gap_ns), end};
      }
    }
  }
  follow_reader(socket);
  if (socket.reader) sample.thread = socket.reader->sample();
  if (!socket.owners.empty()) read_throttling(socket, now);
  sample.throttled_us = socket.throttled_us;
  socket.trail.add(sample, pause);
  if (socket.reader && socket.trail.wants_reason(now)) {
    const ThreadWait wait =
        sources_.processes == nullptr
            ? ThreadWait{}
            : sources_.processes->wait(socket.reader_process, static_cast<std::int32_t>(socket.reader_thread));
    const char* between = wait.system_call.empty() || wait.wchan.empty() ? "" : ", ";
    socket.trail.set_reason(wait.system_call + between + wait.wchan);
  }
}

void ConsumerBook::sample(TimeNs now, std::int64_t offset_to_realtime) {
  if (sources_.sockets == nullptr) return;
  std::vector<WatchedSocket*> followed;
  std::vector<UdpSocket> known;
  for (WatchedSocket& socket : sockets_) {
    if (socket.is_gone || socket.consumers.empty()) continue;
    followed.push_back(&socket);
    known.push_back(socket.now);
  }
  if (followed.empty()) return;
  const auto read = sources_.sockets->read_all(known);
  if (!read) return;
  for (std::size_t i = 0; i < followed.size(); ++i) {
    const std::optional<UdpSocket>& again = (*read)[i];
    if (again) {
      followed[i]->now = *again;
      followed[i]->read_at = now;
      sample(*followed[i], now, offset_to_realtime);
    } else {
      take_leave(*followed[i], now);
    }
  }
  if (sources_.readers == nullptr || !sources_.readers->is_attached()) return;
  std::vector<OffCpu> absences;
  while (sources_.readers->drain(absences)) {
    for (const OffCpu& away : absences) {
      for (WatchedSocket& socket : sockets_) {
        if (socket.reader_thread != away.thread) continue;
        ReaderAbsence absence;
        absence.from = {away.from_ns + offset_to_realtime};
        absence.to = {away.to_ns + offset_to_realtime};
        absence.runnable = nanoseconds(away.runnable_ns);
        absence.instead = fmt::format("{}[{}]", away.instead_command, away.instead);
        // This tool itself kept a reader waiting: that is to be said of it.
        if (away.instead == static_cast<std::uint32_t>(getpid())) {
          absence.instead += ", this tool";
          ++own_turns_;
        }
        socket.trail.add(std::move(absence));
      }
    }
    absences.clear();
  }
}

}  // namespace wirecause
