// The numbers are those of the architecture that this program is built for (asm/unistd.h), hence their macros.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/system_calls.hpp"

#include <sys/syscall.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace wirecause {
namespace {

struct Name {
  std::uint64_t number;
  std::string_view name;
};

// clang-format off
constexpr Name kNames[] = {
    {SYS_read, "read"}, {SYS_write, "write"}, {SYS_readv, "readv"}, {SYS_writev, "writev"}, {SYS_pread64, "pread64"},
    {SYS_pwrite64, "pwrite64"}, {SYS_recvfrom, "recvfrom"}, {SYS_recvmsg, "recvmsg"}, {SYS_recvmmsg, "recvmmsg"},
    {SYS_sendto, "sendto"}, {SYS_sendmsg, "sendmsg"}, {SYS_sendmmsg, "sendmmsg"}, {SYS_epoll_pwait, "epoll_pwait"},
    {SYS_ppoll, "ppoll"}, {SYS_pselect6, "pselect6"}, {SYS_futex, "futex"}, {SYS_nanosleep, "nanosleep"},
    {SYS_clock_nanosleep, "clock_nanosleep"}, {SYS_fsync, "fsync"}, {SYS_fdatasync, "fdatasync"},
    {SYS_sync_file_range, "sync_file_range"}, {SYS_openat, "openat"}, {SYS_close, "close"}, {SYS_ioctl, "ioctl"},
    {SYS_mmap, "mmap"}, {SYS_munmap, "munmap"}, {SYS_madvise, "madvise"}, {SYS_mprotect, "mprotect"},
    {SYS_connect, "connect"}, {SYS_accept4, "accept4"}, {SYS_wait4, "wait4"}, {SYS_waitid, "waitid"},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait"}, {SYS_rt_sigsuspend, "rt_sigsuspend"},
    {SYS_io_uring_enter, "io_uring_enter"}, {SYS_sched_yield, "sched_yield"}, {SYS_flock, "flock"},
    {SYS_restart_syscall, "restart_syscall"}, {SYS_membarrier, "membarrier"}, {SYS_getrandom, "getrandom"},
#ifdef SYS_epoll_wait  // calls that newer architectures do without
    {SYS_epoll_wait, "epoll_wait"}, {SYS_poll, "poll"}, {SYS_select, "select"}, {SYS_pause, "pause"},
    {SYS_open, "open"},
#endif
};
// clang-format on

}  // namespace

std::string system_call_name(std::uint64_t number) {
  const auto* found = std::ranges::find(kNames, number, &Name::number);
  return found == std::end(kNames) ? std::to_string(number) : std::string(found->name);
}

}  // namespace wirecause
