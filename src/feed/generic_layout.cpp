// Reads the description of a user's own feed. Every message names the part that is wrong and shows a right one.
// SPDX-License-Identifier: Apache-2.0
#include "feed/generic_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace wirecause {
namespace {

constexpr std::string_view kExample = "for example 'seq=0/u32be,count=4/u16be,time=8/u64be:ns'";
constexpr std::uint32_t kLargestPayload = 65'527;  // UDP over IPv6

tl::unexpected<Error> wrong(std::string what) {
  return fail(Errc::usage, fmt::format("generic framing: {}; {}", std::move(what), kExample));
}

// Removes and returns the text before `separator`, or all of it.
std::string_view take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const auto taken = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return taken;
}

struct Type {
  std::string_view name;
  std::uint8_t width;
  bool big_endian;
};
constexpr std::array<Type, 7> kTypes{{{"u8", 1, true},
                                      {"u16be", 2, true},
                                      {"u16le", 2, false},
                                      {"u32be", 4, true},
                                      {"u32le", 4, false},
                                      {"u64be", 8, true},
                                      {"u64le", 8, false}}};

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
constexpr std::array<Unit, 4> kUnits{{{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}}};

template <class Table>
auto named(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [name](const auto& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

Result<FieldAt> parse_field(std::string_view key, std::string_view text, std::uint8_t widest) {
  const auto offset_text = take_until(text, '/');
  FieldAt field;
  const auto* end = offset_text.data() + offset_text.size();
  const auto [stop, error] = std::from_chars(offset_text.data(), end, field.offset);
  if (error != std::errc{} || stop != end) {
    return wrong(fmt::format("'{}' of '{}' is not an offset in bytes", offset_text, key));
  }
  const Type* type = named(kTypes, text);
  if (type == nullptr) {
    return wrong(fmt::format("'{}' of '{}' is not a type: u8, u16be, u16le, u32be, u32le, u64be or u64le", text, key));
  }
  if (type->width > widest) return wrong(fmt::format("'{}' has at most {} bits, not {}", key, 8 * widest, text));
  if (field.offset > kLargestPayload - type->width) {
    return wrong(fmt::format("offset {} of '{}' is past the largest datagram", field.offset, key));
  }
  field.width = type->width;
  field.big_endian = type->big_endian;
  return field;
}

struct Key {
  std::string_view name;
  FieldAt FramingConfig::*field;
  std::uint8_t widest;
};
constexpr std::array<Key, 5> kKeys{{{"seq", &FramingConfig::sequence, 8},
                                    {"count", &FramingConfig::count, 4},
                                    {"time", &FramingConfig::send_time, 8},
                                    {"channel", &FramingConfig::channel, 4},
                                    {"session", &FramingConfig::session, 8}}};

Result<void> parse_time_unit(std::string_view text, FramingConfig& config) {
  const Unit* unit = named(kUnits, text);
  if (unit == nullptr) {
    return wrong(text.empty() ? std::string("'time' has no unit: add :ns, :us, :ms or :s")
                              : fmt::format("'{}' is not a unit of 'time': ns, us, ms or s", text));
  }
  config.send_time_unit_ns = unit->ns;
  return {};
}

Result<void> parse_zero(std::string_view text, FramingConfig& config) {
  if (text != "heartbeat" && text != "unsequenced") {
    return wrong(fmt::format("'zero={}' is neither 'zero=heartbeat' nor 'zero=unsequenced'", text));
  }
  config.zero_count_is_heartbeat = text == "heartbeat";
  return {};
}

Result<void> parse_item(std::string_view item, FramingConfig& config) {
  if (item.find('=') == std::string_view::npos) return wrong(fmt::format("'{}' is not KEY=OFFSET/TYPE", item));
  const auto name = take_until(item, '=');
  if (name == "zero") return parse_zero(item, config);
  const Key* key = named(kKeys, name);
  if (key == nullptr) {
    return wrong(fmt::format("there is no field '{}': seq, count, time, channel, session or zero", name));
  }
  FieldAt& field = config.*(key->field);
  if (field.width != 0) return wrong(fmt::format("'{}' is given twice", name));
  const bool is_time = key->field == &FramingConfig::send_time;
  const auto place = is_time ? take_until(item, ':') : item;
  WC_TRY_ASSIGN(field, parse_field(name, place, key->widest));
  return is_time ? parse_time_unit(item, config) : Result<void>{};
}

}  // namespace

Result<FramingConfig> parse_generic_layout(std::string_view description) {
  if (description.empty()) return wrong("it needs a description of its fields");
  FramingConfig config;
  while (!description.empty()) {
    WC_TRY(parse_item(take_until(description, ','), config));
  }
  if (config.sequence.width == 0) return wrong("'seq' is missing: where is the sequence number?");
  return config;
}

}  // namespace wirecause
