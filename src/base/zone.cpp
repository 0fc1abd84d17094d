// SPDX-License-Identifier: Apache-2.0
#include "base/zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace wirecause {
namespace {

// The largest file of tzdata 2024 is 3.6 kB; anything beyond this is no time zone.
constexpr std::size_t kLargestFile = 256 * 1024;

struct BuiltIn {
  std::string_view name;
  std::string_view rule;
};

// Today's rules, for hosts without a database. The American ones hold since 2007, the others for longer.
constexpr std::array<BuiltIn, 14> kBuiltIn{{
    {"UTC", "UTC0"},
    {"Etc/UTC", "UTC0"},
    {"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
    {"US/Eastern", "EST5EDT,M3.2.0,M11.1.0"},
    {"America/Toronto", "EST5EDT,M3.2.0,M11.1.0"},
    {"America/Chicago", "CST6CDT,M3.2.0,M11.1.0"},
    {"US/Central", "CST6CDT,M3.2.0,M11.1.0"},
    {"Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"},
    {"Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"},
    {"Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"},
    {"Asia/Tokyo", "JST-9"},
    {"Asia/Hong_Kong", "HKT-8"},
    {"Asia/Singapore", "<+08>-8"},
    {"Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"},
}};

// A zone name becomes part of a path: letters, digits and "_+-/" only, so that it can leave the database neither by
// ".." nor by a leading slash.
bool is_zone_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
           c == '-' || c == '/';
  };
  return !name.empty() && name.front() != '/' && std::all_of(name.begin(), name.end(), allowed);
}

struct CloseFile {
  void operator()(std::FILE* f) const noexcept { std::fclose(f); }
};

Result<std::vector<std::byte>> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return fail(Errc::not_found, fmt::format("read {}: {}", path, std::strerror(errno)));
  std::vector<std::byte> bytes(kLargestFile);
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (std::ferror(file.get()) != 0) return fail(Errc::io, fmt::format("read {}: {}", path, std::strerror(errno)));
  return bytes;
}

//  0 'T' 'Z' 'i' 'f' | 4 version | 5..19 reserved | 20 isutcnt | 24 isstdcnt | 28 leapcnt | 32 timecnt | 36 typecnt |
//  40 charcnt
struct Header {
  char version = 0;
  std::size_t utc_flags = 0;
  std::size_t standard_flags = 0;
  std::size_t leaps = 0;
  std::size_t times = 0;
  std::size_t types = 0;
  std::size_t characters = 0;

  // Bytes of the data block that follows; `time_size` is 4 in the first block and 8 in the second.
  std::size_t data_size(std::size_t time_size) const {
    return times * (time_size + 1) + types * 6 + characters + leaps * (time_size + 4) + standard_flags + utc_flags;
  }
};

std::optional<Header> read_header(ByteReader& in) {
  if (in.be<std::uint32_t>() != 0x545a6966U) return std::nullopt;
  Header h;
  h.version = static_cast<char>(in.be<std::uint8_t>());
  in.skip(15);
  h.utc_flags = in.be<std::uint32_t>();
  h.standard_flags = in.be<std::uint32_t>();
  h.leaps = in.be<std::uint32_t>();
  h.times = in.be<std::uint32_t>();
  h.types = in.be<std::uint32_t>();
  h.characters = in.be<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  return h;
}

// "\n<rule>\n" after the second data block; an empty rule is allowed and says nothing.
std::optional<PosixTz> read_footer(Bytes rest) {
  std::string text;
  for (const std::byte b : rest) text.push_back(static_cast<char>(b));
  if (text.size() < 2 || text.front() != '\n') return std::nullopt;
  const std::size_t end = text.find('\n', 1);
  if (end == std::string::npos) return std::nullopt;
  return PosixTz::parse(std::string_view(text).substr(1, end - 1));
}

tl::unexpected<Error> not_tzif() { return fail(Errc::bad_input, "not a TZif file of version 2 or later"); }

}  // namespace

Result<Zone> Zone::parse(Bytes tzif) {
  ByteReader in(tzif);
  const std::optional<Header> old = read_header(in);
  if (!old || old->version < '2') return not_tzif();
  in.skip(old->data_size(4));
  const std::optional<Header> header = read_header(in);
  if (!header || header->types == 0 || header->data_size(8) > in.remaining()) return not_tzif();

  ByteReader times(in.take(header->times * 8));
  ByteReader indexes(in.take(header->times));
  ByteReader types(in.take(header->types * 6));
  std::vector<std::int64_t> offsets;
  while (types.remaining() > 0) {
    offsets.push_back(static_cast<std::int32_t>(types.be<std::uint32_t>()));
    types.skip(2);
  }
  Zone zone;
  zone.first_offset_ = offsets.front();
  while (times.remaining() > 0) {
    const auto when = static_cast<std::int64_t>(times.be<std::uint64_t>());
    const std::uint8_t type = indexes.be<std::uint8_t>();
    const bool ascends = zone.transitions_.empty() || zone.transitions_.back().utc_s < when;
    if (type >= offsets.size() || !ascends) return not_tzif();
    zone.transitions_.push_back({when, offsets[type]});
  }
  in.skip(header->characters + header->leaps * 12 + header->standard_flags + header->utc_flags);
  zone.rule_ = read_footer(in.rest());
  return zone;
}

Result<Zone> Zone::load(std::string_view name, std::string_view database) {
  if (!is_zone_name(name)) return fail(Errc::usage, fmt::format("\"{}\" is not the name of a time zone", name));
  const std::string path = fmt::format("{}/{}", database, name);
  const auto bytes = read_file(path);
  if (bytes) {
    auto zone = parse(*bytes);
    if (!zone) return tl::unexpected(std::move(zone).error().context("read time zone " + path));
    return zone;
  }
  for (const BuiltIn& known : kBuiltIn) {
    if (known.name != name) continue;
    Zone zone;
    zone.rule_ = PosixTz::parse(known.rule);
    zone.is_built_in_ = true;
    return zone;
  }
  return fail(Errc::not_found,
              fmt::format("{}: install the package tzdata, or check the zone's name", bytes.error().message()));
}

std::int64_t Zone::offset_at(std::int64_t utc_s) const {
  const auto after = [](std::int64_t t, const Transition& transition) { return t < transition.utc_s; };
  const auto next = std::upper_bound(transitions_.begin(), transitions_.end(), utc_s, after);
  if (next == transitions_.end() && rule_) return rule_->offset_at(utc_s);
  return next == transitions_.begin() ? first_offset_ : std::prev(next)->offset_s;
}

}  // namespace wirecause
