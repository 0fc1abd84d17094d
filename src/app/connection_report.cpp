// SPDX-License-Identifier: Apache-2.0
#include "app/connection_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/output.hpp"
#include "base/text.hpp"
#include "report/tcp_ladder.hpp"
#include "report/tcp_plot.hpp"

namespace wirecause {

Result<void> report_connection(const AnalysisResult& result, const AnalyzeRequest& request, int width) {
  const auto& connections = result.tcp.connections;
  const auto found = std::ranges::find(connections, request.options.connection, &tcp::ConnectionSummary::id);
  if (found == connections.end()) {
    return fail(Errc::usage,
                fmt::format("--connection: there is no connection {}; of {} in this capture the table holds {}",
                            request.options.connection, number_text(result.tcp.totals.connections),
                            number_text(connections.size())));
  }
  if (!request.plot.empty()) WC_TRY(write_new_file(request.plot, connection_svg(*found, result.trail)));
  std::string text;
  for (const std::string& line : connection_ladder(*found, result.trail, static_cast<std::size_t>(width))) {
    text += line + "\n";
  }
  return print(text);
}

}  // namespace wirecause
