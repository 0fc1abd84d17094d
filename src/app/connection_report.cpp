// SPDX-License-Identifier: Apache-2.0
#include "app/connection_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/option_values.hpp"
#include "app/output.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "report/connection_json.hpp"
#include "report/tcp_ladder.hpp"
#include "report/tcp_plot.hpp"

namespace wirecause {

Result<PayloadFiles> open_payload(AnalyzeRequest& request) {
  PayloadFiles files;
  for (const PayloadTarget& target : request.payload) {
    auto& file = files.emplace_back(std::make_unique<PayloadFile>(target.of_client ? "client" : "server", target.path));
    WC_TRY(named("--payload", file->open()));
    (target.of_client ? request.options.payload.client : request.options.payload.server) = file.get();
  }
  return files;
}

Result<void> report_connection(const AnalysisResult& result, const AnalyzeRequest& request, const PayloadFiles& payload,
                               int width) {
  const auto& connections = result.tcp.connections;
  const auto found = std::ranges::find(connections, request.options.connection, &tcp::ConnectionSummary::id);
  if (found == connections.end()) {
    return fail(Errc::usage,
                fmt::format("--connection: there is no connection {}; of {} in this capture the table holds {}",
                            request.options.connection, number_text(result.tcp.totals.connections),
                            number_text(connections.size())));
  }
  if (!request.plot.empty()) WC_TRY(write_new_file(request.plot, connection_svg(*found, result.trail)));
  for (const auto& file : payload) WC_TRY(file->close());
  const bool is_taken = std::ranges::any_of(payload, [](const auto& file) { return file->is_standard_output(); });
  if (is_taken) return {};
  if (request.format->id == "json") return print(connection_json(*found, result.trail, version()));
  std::string text;
  for (const std::string& line :
       connection_ladder(*found, result.trail, static_cast<std::size_t>(width), request.details)) {
    text += line + "\n";
  }
  return print(text);
}

}  // namespace wirecause
