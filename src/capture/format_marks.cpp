// SPDX-License-Identifier: Apache-2.0
#include "capture/format_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace wirecause {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::string_view bytes;
  FormatMark format;
};

// pcap: libpcap's savefile magics in both byte orders, and the two of Ixia's "lcap". zstd: RFC 8878 3.1.1, and the
// middle of the sixteen skippable magics is tested by its three upper bytes in format_mark().
constexpr Mark kFormats[] = {
    {"\xd4\xc3\xb2\xa1"sv, FormatMark::pcap},   {"\xa1\xb2\xc3\xd4"sv, FormatMark::pcap},
    {"\x4d\x3c\xb2\xa1"sv, FormatMark::pcap},   {"\xa1\xb2\x3c\x4d"sv, FormatMark::pcap},
    {"\x34\xcd\xb2\xa1"sv, FormatMark::pcap},   {"\xa1\xb2\xcd\x34"sv, FormatMark::pcap},
    {"\xac\x01\x00\x1c"sv, FormatMark::pcap},   {"\x1c\x00\x01\xac"sv, FormatMark::pcap},
    {"\xab\x01\x00\x1c"sv, FormatMark::pcap},   {"\x1c\x00\x01\xab"sv, FormatMark::pcap},
    {"\x0a\x0d\x0d\x0a"sv, FormatMark::pcapng}, {"\x1f\x8b"sv, FormatMark::gzip},
    {"\x28\xb5\x2f\xfd"sv, FormatMark::zstd},
};

struct Stranger {
  std::string_view bytes;
  std::string_view name;
};

// Other captures first: the user has the right file and needs one command.
constexpr Stranger kStrangers[] = {
    {"snoop\0\0\0"sv, "a Solaris snoop capture: convert it with editcap -F pcapng"},
    {"XCP\0"sv, "a NetXRay or Windows Sniffer capture: convert it with editcap -F pcapng"},
    {"TRSNIFF data"sv, "a DOS Sniffer capture: convert it with editcap -F pcapng"},
    {"GMBU"sv, "a Microsoft Network Monitor capture: convert it with editcap -F pcapng"},
    {"RTSS"sv, "a Microsoft Network Monitor capture: convert it with editcap -F pcapng"},
    {"btsnoop\0"sv, "a Bluetooth HCI capture"},
    {"\x1f\x9d"sv, "compress data: decompress it first"},
    {"BZh"sv, "bzip2 data: decompress it first"},
    {"\xfd\x37zXZ\0"sv, "xz data: decompress it first"},
    {"\x04\x22\x4d\x18"sv, "lz4 data: decompress it first"},
    {"PK\x03\x04"sv, "a zip archive"},
    {"7z\xbc\xaf\x27\x1c"sv, "a 7z archive"},
    {"Rar!"sv, "a RAR archive"},
    {"\x7f"
     "ELF"sv,
     "a program"},
    {"#!"sv, "a script"},
    {"%PDF"sv, "a PDF document"},
    {"SQLite format 3"sv, "an SQLite database"},
    {"<?xml"sv, "XML text"},
    {"{"sv, "perhaps JSON text"},
    {"\0\0\0\0"sv, "zeros"},
};

constexpr std::size_t kShownBytes = 8;

bool starts_with(Bytes bytes, std::string_view mark) {
  return bytes.size() >= mark.size() && std::equal(mark.begin(), mark.end(), bytes.begin(), [](char c, std::byte b) {
           return static_cast<unsigned char>(c) == std::to_integer<unsigned char>(b);
         });
}

bool is_printable(std::byte b) { return b >= std::byte{0x20} && b < std::byte{0x7f}; }

std::string in_hex(Bytes bytes) {
  std::string text;
  for (const std::byte b : bytes) fmt::format_to(std::back_inserter(text), " {:02x}", std::to_integer<unsigned>(b));
  return text;
}

}  // namespace

FormatMark format_mark(Bytes start) {
  for (const Mark& mark : kFormats) {
    if (starts_with(start, mark.bytes)) return mark.format;
  }
  // RFC 8878 3.1.2: skippable frames, 0x184D2A50 to 0x184D2A5F, may come first (pzstd writes them).
  if (start.size() >= 4 && (start[0] & std::byte{0xf0}) == std::byte{0x50} &&
      starts_with(start.subspan(1), "\x2a\x4d\x18"sv))
    return FormatMark::zstd;
  return FormatMark::other;
}

std::string describe_start(Bytes start) {
  const Bytes shown = start.first(std::min(start.size(), kShownBytes));
  for (const Stranger& stranger : kStrangers) {
    if (starts_with(start, stranger.bytes))
      return fmt::format("starts with{} ({})", in_hex(shown.first(std::min(shown.size(), stranger.bytes.size()))),
                         stranger.name);
  }
  if (std::all_of(shown.begin(), shown.end(), is_printable)) {
    std::string text;
    for (const std::byte b : shown) text += static_cast<char>(b);
    return fmt::format("starts with the text \"{}\"", text);
  }
  return fmt::format("starts with{}", in_hex(shown));
}

}  // namespace wirecause
