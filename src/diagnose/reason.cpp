// SPDX-License-Identifier: Apache-2.0
#include "diagnose/reason.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;

std::string figure_text(const Figure& figure) {
  if (!figure.text.empty()) return figure.text;
  if (figure.unit == Unit::nanoseconds) return duration_text(nanoseconds(static_cast<std::int64_t>(figure.value)));
  if (figure.unit == Unit::per_million) return percent_text(figure.value, kMillion);
  if (figure.unit == Unit::bytes) return bytes_text(figure.value);
  return number_text(figure.value);
}

const Figure* find(const Reason& reason, std::string_view name) {
  const auto found = std::ranges::find(reason.figures, name, &Figure::name);
  return found == reason.figures.end() ? nullptr : &*found;
}

// `inside` is what stood between the braces.
std::string filled(const Reason& reason, std::string_view inside) {
  const std::size_t colon = inside.find(':');
  const Figure* figure = find(reason, inside.substr(0, colon));
  if (figure == nullptr) return fmt::format("{{{}}}", inside);
  if (colon == std::string_view::npos) return figure_text(*figure);
  return count_text(figure->value, inside.substr(colon + 1));
}

}  // namespace

std::string sentence(const Reason& reason) {
  std::string out;
  std::string_view rest = reason.text;
  for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) break;
    out += rest.substr(0, open);
    out += filled(reason, rest.substr(open + 1, close - open - 1));
    rest.remove_prefix(close + 1);
  }
  return out += rest;
}

void fold_into(Reason& reason, const Reason& other) {
  for (Figure& figure : reason.figures) {
    const Figure* more = find(other, figure.name);
    if (more == nullptr) continue;
    figure.value =
        figure.fold == Fold::sum ? capped_sum(figure.value, more->value) : std::max(figure.value, more->value);
  }
}

}  // namespace wirecause
