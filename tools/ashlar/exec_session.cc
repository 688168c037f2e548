// From lines to answers. See exec_session.h.
#include "tools/ashlar/exec_session.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

Json StartAnswer(std::string_view id, bool ok) {
  Json answer = Json::Object();
  if (!id.empty()) answer.Add("id", Json::Ready(std::string(id)));
  answer.Add("ok", ok);
  return answer;
}

}  // namespace

const std::map<std::string_view, ExecSession::Op>& ExecSession::Ops() {
  static const std::map<std::string_view, Op> kOps = {
      {"begin", &ExecSession::Begin},
      {"commit", &ExecSession::Commit},
      {"abort", &ExecSession::Abort},
      {"flush", &ExecSession::Flush},
      {"snapshot", &ExecSession::TakeSnapshot},
      {"release", &ExecSession::Release},
      {"create", &ExecSession::Create},
      {"drop", &ExecSession::Drop},
      {"append", &ExecSession::Append},
      {"replace", &ExecSession::Replace},
      {"upsert", &ExecSession::Upsert},
      {"delete", &ExecSession::Delete},
      {"insert", &ExecSession::Insert},
      {"update", &ExecSession::Update},
      {"merge", &ExecSession::Merge},
      {"get", &ExecSession::Get},
      {"scan", &ExecSession::Scan},
      {"datasets", &ExecSession::Datasets},
      {"schema", &ExecSession::ShowSchema},
      {"versions", &ExecSession::Versions},
      {"diff", &ExecSession::Diff},
      {"stats", &ExecSession::Stats},
      {"tag", &ExecSession::Tag},
      {"expire", &ExecSession::Expire},
      {"gc", &ExecSession::CollectGarbage},
      {"verify", &ExecSession::Verify},
      {"compact", &ExecSession::Compact},
  };
  return kOps;
}

Json ExecSession::ErrorAnswer(std::string_view id, const absl::Status& status) {
  const auto code = absl::StatusCodeToString(status.code());
  const absl::string_view message = status.message();
  Json answer = StartAnswer(id, false);
  answer.Add("code", code);
  answer.Add("error", std::string_view(message.data(), message.size()));
  return answer;
}

Json ExecSession::Answer(std::string_view line) {
  ExecRequest request;
  const absl::Status parsed = request.Parse(line);
  if (!parsed.ok()) return ErrorAnswer(request.id(), parsed);
  const bool was_open = in_transaction();
  Result result = Execute(request);
  if (!result.ok()) {
    Json answer = ErrorAnswer(request.id(), result.status());
    if (was_open && !in_transaction()) answer.Add("transaction", "aborted");
    return answer;
  }
  Json answer = StartAnswer(request.id(), true);
  for (auto& [name, value] : *result) answer.Add(std::move(name), std::move(value));
  return answer;
}

ExecSession::Result ExecSession::Execute(const ExecRequest& request) {
  const auto found = Ops().find(request.op());
  if (found == Ops().end()) {
    return absl::InvalidArgumentError(
        base::StrCat("unknown op ", base::QuoteForMessage(request.op())));
  }
  if (lost_ && request.op() != "commit" && request.op() != "abort") {
    return absl::FailedPreconditionError(
        "an error aborted the transaction: end it with commit or abort first");
  }
  return (this->*found->second)(request);
}

}  // namespace ashlar::tools
