// Opening a capture: the file, its compression, its format, each found by looking.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/errno.hpp"
#include "capture/file_source.hpp"
#include "capture/format_marks.hpp"
#include "capture/source.hpp"

namespace wirecause {
namespace {

using Opened = Result<std::unique_ptr<CaptureSource>>;

constexpr std::string_view kStdin = "-";

Error system_error(int error) { return {errc_of(error), errno_text(error)}; }

Result<Descriptor> stdin_descriptor() {
  if (::isatty(STDIN_FILENO) == 1)
    return fail(Errc::usage, "standard input is a terminal: pipe a capture into it, or name a file");
  Descriptor descriptor(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  if (!descriptor.is_open()) return tl::unexpected(system_error(errno));
  return descriptor;
}

Result<Descriptor> file_descriptor(const std::string& file) {
  Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.is_open()) return tl::unexpected(system_error(errno));
  return descriptor;
}

// The first bytes of the stream, which goes on behind them.
struct Start {
  std::array<std::byte, kMaxStart> bytes{};
  std::size_t size = 0;

  Bytes seen() const { return Bytes(bytes).first(size); }
};

Start read_start(ByteStream& stream) {
  Start start;
  while (start.size < start.bytes.size()) {
    const std::size_t got = stream.read(std::span(start.bytes).subspan(start.size));
    if (got == 0) break;
    start.size += got;
  }
  return start;
}

// The window is at its first byte.
Opened open_window(InputWindow window, FileIdentity identity) {
  const Bytes start = window.at_least(kMaxStart);
  const FormatMark mark = format_mark(start);
  if (mark == FormatMark::pcap) return open_pcap(std::move(window), std::move(identity));
  if (mark == FormatMark::pcapng) return open_pcapng(std::move(window), std::move(identity));
  if (start.empty() && window.failure()) return fail(Errc::bad_input, *window.failure());
  const bool is_compressed = !identity.compression.empty();
  if (start.empty())
    return fail(Errc::bad_input, is_compressed ? "the compressed file holds nothing" : "the file is empty");
  return fail(Errc::bad_input, fmt::format("{}not a pcap or pcapng capture: it {}",
                                           is_compressed ? "what is compressed is " : "", describe_start(start)));
}

Opened open_decompressed(FormatMark mark, std::unique_ptr<ByteStream> compressed, FileIdentity identity) {
  const bool is_gzip = mark == FormatMark::gzip;
  identity.compression = is_gzip ? ", gzip" : ", zstd";
  auto plain = is_gzip ? gzip_stream(std::move(compressed)) : zstd_stream(std::move(compressed));
  return open_window(InputWindow(std::move(plain)), std::move(identity));
}

bool is_compression(FormatMark mark) { return mark == FormatMark::gzip || mark == FormatMark::zstd; }

Opened open_descriptor(Descriptor descriptor, FileIdentity identity) {
  struct stat status {};
  if (::fstat(descriptor.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
    identity.size = static_cast<std::uint64_t>(status.st_size);
  }
  auto stream = descriptor_stream(std::move(descriptor));
  if (S_ISDIR(status.st_mode)) return fail(Errc::bad_input, "it is a directory: name the capture files in it");

  const Start start = read_start(*stream);
  if (start.size == 0 && stream->failure()) return fail(Errc::io, *stream->failure());
  auto whole = resumed_stream(start.seen(), std::move(stream));
  const FormatMark mark = format_mark(start.seen());
  if (is_compression(mark)) return open_decompressed(mark, std::move(whole), std::move(identity));
  return open_window(InputWindow(std::move(whole)), std::move(identity));
}

Opened with_context(Opened opened, const std::string& name) {
  if (opened) return opened;
  return tl::unexpected(
      std::move(opened).error().context(name == kStdin ? "read standard input" : "read capture " + name));
}

}  // namespace

Opened open_capture(const std::string& file, std::uint32_t input) {
  auto descriptor = file == kStdin ? stdin_descriptor() : file_descriptor(file);
  if (!descriptor) return with_context(tl::unexpected(std::move(descriptor).error()), file);
  return with_context(open_descriptor(std::move(*descriptor), {file, "", std::nullopt, input}), file);
}

Opened open_capture_bytes(Bytes bytes, std::string name, std::uint32_t input) {
  FileIdentity identity{name, "", bytes.size(), input};
  const FormatMark mark = format_mark(bytes);
  auto opened = is_compression(mark) ? open_decompressed(mark, memory_stream(bytes), std::move(identity))
                                     : open_window(InputWindow(bytes), std::move(identity));
  return with_context(std::move(opened), name);
}

}  // namespace wirecause
